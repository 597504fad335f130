import { type Axis, fitScale, makeAxis } from './axis'
import type { Span } from './gaps'

/**
 * What part of the time axis is shown.
 *
 * - `fit`: all of it; while the execution runs the view grows with it.
 * - `follow`: at a fixed scale, with the present at the right edge.
 * - `free`: at a fixed scale, with a fixed instant at the left edge. Scrolling and zooming lead here.
 */
export type View = { mode: 'fit' } | { mode: 'follow'; scale: number } | { mode: 'free'; scale: number; left: number }

/** What there is to show, and the room for it in pixels. */
export interface Extent {
  origin: number
  end: number
  folds: readonly Span[]
  width: number
}

/** A view made concrete: the axis, and how far it is scrolled in pixels. */
export interface Window {
  axis: Axis
  scroll: number
}

/** Room kept free at the right end, so that the last bar does not touch the edge. */
export const END_PADDING = 16
/** The closest look: 40 pixels to a microsecond, the clock's own grain. */
const MOST_SCALE = 40

/** The axis and scroll position that `view` means for `extent`. */
export function windowOf(view: View, extent: Extent): Window {
  const least = leastScale(extent)
  const scale = view.mode === 'fit' ? least : Math.max(view.scale, least)
  const axis = makeAxis(extent.origin, extent.end, extent.folds, scale)
  const most = Math.max(0, axis.width + END_PADDING - extent.width)
  if (view.mode === 'fit') return { axis, scroll: 0 }
  if (view.mode === 'follow') return { axis, scroll: most }
  return { axis, scroll: Math.min(Math.max(0, axis.x(view.left)), most) }
}

/** Zooms by `factor` so that the instant under pixel `cursor` of the lane stays where it is. */
export function zoomAt(view: View, extent: Extent, factor: number, cursor: number): View {
  const { axis, scroll } = windowOf(view, extent)
  const least = leastScale(extent)
  const scale = Math.min(Math.max(axis.scale * factor, least), Math.max(MOST_SCALE, least))
  if (scale <= least * 1.0001) return { mode: 'fit' }
  const under = axis.at(scroll + cursor)
  const next = makeAxis(extent.origin, extent.end, extent.folds, scale)
  return { mode: 'free', scale, left: next.at(Math.max(0, next.x(under) - cursor)) }
}

/** Moves by `pixels`; to the right when positive. A view that shows everything stays as it is. */
export function panBy(view: View, extent: Extent, pixels: number): View {
  const { axis, scroll } = windowOf(view, extent)
  const most = Math.max(0, axis.width + END_PADDING - extent.width)
  if (most === 0) return view
  const to = Math.min(Math.max(0, scroll + pixels), most)
  return { mode: 'free', scale: axis.scale, left: axis.at(to) }
}

/** Shows `span` with a little room around it. */
export function zoomTo(span: Span, extent: Extent): View {
  const room = Math.max(1, (span.end - span.start) * 0.1)
  const scale = Math.min(extent.width / (span.end - span.start + 2 * room), MOST_SCALE)
  return { mode: 'free', scale, left: Math.max(extent.origin, span.start - room) }
}

/** Takes the present back into view at the present scale. */
export function followAgain(view: View): View {
  return view.mode === 'free' ? { mode: 'follow', scale: view.scale } : view
}

function leastScale(extent: Extent): number {
  return fitScale(extent.origin, extent.end, extent.folds, Math.max(1, extent.width - END_PADDING))
}
