//! Room for what stands above the timeline. A banner that grows (why it failed, a form to decide with) may not eat the
//! timeline: the lower panel grows with it, as far as that goes, and shrinks when it is small again.

import { useEffect, useRef, type RefObject } from 'react'
import type { PanelImperativeHandle } from 'react-resizable-panels'

import { useUi, useUiStore } from '../session/context'

/** What the timeline keeps at least: its axis, its last line and a few rows, in pixels. */
const TIMELINE = 180
/** The tabs of the panel, in pixels. */
const TABS = 36
/** The largest share of its place the panel takes by itself. */
const SHARE = 0.6
/** The least height of what stands above it, in pixels: see `EditorView`. */
const ABOVE = 204

/** Tells how high the lower panel should be for `content` and a timeline below it. */
export function useTellHeight(content: RefObject<HTMLElement | null>): void {
  const ui = useUiStore()
  useEffect(() => {
    const element = content.current
    if (!element) return
    const observer = new ResizeObserver(() => ui.setState({ bottomNeeds: TABS + element.offsetHeight + TIMELINE }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      ui.setState({ bottomNeeds: 0 })
    }
  }, [content, ui])
}

/** A height the panel took by itself, and the one somebody had given it. */
type Grown = { own: number; by: number }

/** The height to give a panel that is `height` high; undefined: leave it. */
export function roomFor(needs: number, height: number, most: number, grown: Grown | null): number | undefined {
  const chosen = grown !== null && near(grown.own, height) ? grown.by : height
  const wanted = Math.max(chosen, Math.min(needs, most))
  return near(wanted, height) ? undefined : wanted
}

const near = (a: number, b: number) => Math.abs(a - b) < 2

/** Gives the lower panel the height its content asks for, and takes it back afterwards. */
export function useGiveHeight(panel: RefObject<PanelImperativeHandle | null>): void {
  const needs = useUi((state) => state.bottomNeeds)
  const open = useUi((state) => state.bottomOpen)
  const grown = useRef<Grown | null>(null)
  useEffect(() => {
    if (!open || !panel.current) return
    const { inPixels: height, asPercentage } = panel.current.getSize()
    const place = (height / asPercentage) * 100
    const wanted = roomFor(needs, height, Math.min(place * SHARE, place - ABOVE), grown.current)
    if (wanted === undefined) return
    const by = grown.current && near(grown.current.own, height) ? grown.current.by : height
    panel.current.resize(wanted)
    grown.current = { own: wanted, by }
  }, [needs, open, panel])
}
