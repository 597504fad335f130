import { scaleLinear } from 'd3-scale'
import type { Span } from './gaps'
import { formatTick, tickStep } from './time'

/** How wide a folded gap is drawn, at any zoom, in pixels. */
export const FOLD_WIDTH = 64
/** The least distance between two tick labels, in pixels. */
const TICK_DISTANCE = 88
/** Room a label takes, in pixels: its letters, and what lies around them. */
const roomOf = (label: string): number => label.length * 6.4 + 12

/** A folded gap, placed. */
export interface Fold extends Span {
  x0: number
  x1: number
}

/** Maps instants to pixels from the left end of the (unscrolled) lane and back. */
export interface Axis {
  origin: number
  end: number
  /** Pixels per microsecond outside folds. */
  scale: number
  /** The length of everything, in pixels. */
  width: number
  folds: Fold[]
  x: (instant: number) => number
  at: (x: number) => number
}

/** A label on the axis and the line under it. */
export interface Tick {
  x: number
  /** Empty where there is no room for it. */
  label: string
}

/** The axis from `origin` to `end` at `scale` pixels per microsecond, with `gaps` folded to a fixed width each. */
export function makeAxis(origin: number, end: number, gaps: readonly Span[], scale: number): Axis {
  // Offsets from the origin, not instants: at 20 px a microsecond the difference of two large doubles would show.
  const domain = [0]
  const range = [0]
  const folds: Fold[] = []
  let instant = origin
  let x = 0
  const extend = (to: number, by: number) => {
    if (to <= instant) return
    instant = to
    x += by
    domain.push(to - origin)
    range.push(x)
  }

  for (const gap of gaps) {
    if (gap.start < instant || gap.end <= gap.start) continue
    extend(gap.start, (gap.start - instant) * scale)
    const x0 = x
    extend(gap.end, FOLD_WIDTH)
    folds.push({ ...gap, x0, x1: x })
  }
  extend(end, (end - instant) * scale)
  if (domain.length === 1) {
    domain.push(1)
    range.push(scale)
  }

  const linear = scaleLinear(domain, range)
  // Past the end it goes on in the same scale, also where the end is a fold: a pixel there may be a minute.
  const last = Math.max(end, instant)
  return {
    origin,
    end,
    scale,
    width: x,
    folds,
    x: (at) => (at > last ? x + (at - last) * scale : linear(at - origin)),
    at: (px) => (px > x ? last + (px - x) / scale : linear.invert(px) + origin),
  }
}

/** The scale at which everything from `origin` to `end` just fits `width` pixels. */
export function fitScale(origin: number, end: number, gaps: readonly Span[], width: number): number {
  const folded = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0)
  const drawn = Math.max(1, end - origin - folded)
  return Math.max(width * 0.2, width - gaps.length * FOLD_WIDTH) / drawn
}

/** The ticks between `left` and `left + width` pixels; none inside a fold, none closer than a label is wide. */
export function ticksOf(axis: Axis, left: number, width: number): Tick[] {
  const step = tickStep(TICK_DISTANCE / axis.scale)
  const right = left + width
  // The unit fits what is in view: the first milliseconds of an hour are milliseconds.
  const last = axis.at(Math.min(right, axis.width)) - axis.origin
  const ticks: Tick[] = []
  let from = 0
  const piece = (x0: number, x1: number, free: number) => {
    if (x1 < left || x0 > right) return
    const first = axis.at(Math.max(x0, left - TICK_DISTANCE)) - axis.origin
    const final = axis.at(Math.min(x1, right)) - axis.origin
    for (let index = Math.ceil(first / step - 1e-9); index * step <= final + 1e-9; index += 1) {
      const x = axis.x(axis.origin + index * step)
      const before = ticks.at(-1)
      const label = index === 0 ? zero(step, last) : formatTick(index * step, step, last)
      if (x + roomOf(label) > free) continue
      if (before && x - before.x < TICK_DISTANCE * 0.7) continue
      ticks.push({ x, label: x + roomOf(label) > right ? '' : label })
    }
  }
  for (const fold of axis.folds) {
    piece(from, fold.x0, fold.x0)
    from = fold.x1
  }
  // Past the end the axis goes on in the same scale, so that the lane is ruled to its edge.
  piece(from, Math.max(axis.width, right), Infinity)
  return ticks
}

/** `0 s` rather than `0.00 s`. */
const zero = (step: number, last: number): string => formatTick(0, step, last).replace(/^0\.0+/, '0')
