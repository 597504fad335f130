import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

import { type Extent, panBy, type View, zoomAt } from './view'

/** What the timeline's controls can do. */
export interface ViewControls {
  view: View
  setView: (change: (view: View) => View) => void
  /** Zooms around the pixel `at` of the lane, or around its middle. */
  zoom: (factor: number, at?: number) => void
  pan: (pixels: number) => void
  fit: () => void
}

/** Wheel steps of 100 zoom by about a fifth. */
const WHEEL_ZOOM = 0.002
/** A press that moves less is a click. */
const DRAG_THRESHOLD = 4

/** The state of the view, with Ctrl and wheel to zoom, sideways wheel and drag to pan. `lanes` is where the bars are drawn. */
export function useTimelineView(area: RefObject<HTMLElement | null>, namesWidth: number, extent: Extent): ViewControls {
  const [view, setView] = useState<View>({ mode: 'fit' })
  const latest = useRef(extent)
  useEffect(() => {
    latest.current = extent
  })

  const zoom = useCallback((factor: number, at?: number) => {
    setView((now) => zoomAt(now, latest.current, factor, at ?? latest.current.width / 2))
  }, [])
  const pan = useCallback((pixels: number) => setView((now) => panBy(now, latest.current, pixels)), [])
  const fit = useCallback(() => setView({ mode: 'fit' }), [])

  useEffect(() => {
    const element = area.current
    if (!element) return
    // React attaches wheel listeners passively, which could not keep the page from zooming.
    const wheel = (event: WheelEvent) => {
      const sideways = event.deltaX !== 0 ? event.deltaX : event.shiftKey ? event.deltaY : 0
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        const cursor = event.clientX - element.getBoundingClientRect().left - namesWidth
        zoom(Math.exp(-event.deltaY * WHEEL_ZOOM), Math.max(0, cursor))
      } else if (sideways !== 0) {
        event.preventDefault()
        pan(sideways)
      }
    }
    element.addEventListener('wheel', wheel, { passive: false })
    const stop = dragToPan(element, namesWidth, pan)
    return () => {
      element.removeEventListener('wheel', wheel)
      stop()
    }
  }, [area, namesWidth, zoom, pan])

  return { view, setView, zoom, pan, fit }
}

function dragToPan(element: HTMLElement, namesWidth: number, pan: (pixels: number) => void): () => void {
  let from: number | undefined
  let dragging = false
  const down = (event: PointerEvent) => {
    const x = event.clientX - element.getBoundingClientRect().left
    if (event.button === 0 && event.pointerType !== 'touch' && x > namesWidth && x < element.clientWidth)
      from = event.clientX
  }
  const move = (event: PointerEvent) => {
    if (from === undefined) return
    if (!dragging && Math.abs(event.clientX - from) < DRAG_THRESHOLD) return
    dragging = true
    element.setPointerCapture(event.pointerId)
    pan(from - event.clientX)
    from = event.clientX
  }
  const up = () => {
    from = undefined
  }
  // The click that ends a drag selects nothing.
  const click = (event: MouseEvent) => {
    if (dragging) event.stopPropagation()
    dragging = false
  }
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', up)
  element.addEventListener('click', click, true)
  return () => {
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', up)
    element.removeEventListener('click', click, true)
  }
}
