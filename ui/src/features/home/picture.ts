//! The picture of a graph on its card: boxes and wires scaled into a small frame.

import type { AgentKind, WorkflowSummary } from '@/api/types'

export type Picture = {
  boxes: { kind: AgentKind | undefined; x: number; y: number; width: number; height: number }[]
  wires: string[]
}

/** A step on the canvas, in pixels at 100 %. */
const STEP = { width: 216, height: 84 }
/** Never drawn larger than this, so that a single step does not fill the card. */
const MAX_SCALE = 0.32
/** Wires beyond this number would be a grey blur, and slow. */
const MAX_WIRES = 400

/** Fits the graph into `width` × `height` with `margin` around it, centred. */
export function drawThumbnail(
  { steps, edges }: WorkflowSummary['thumbnail'],
  width: number,
  height: number,
  margin: number,
): Picture {
  if (steps.length === 0) return { boxes: [], wires: [] }
  // Steps nobody has placed yet stand in a row.
  const xs = steps.map((step, index) => step.x ?? index * (STEP.width + 80))
  const ys = steps.map((step) => step.y ?? 0)
  const left = min(xs)
  const top = min(ys)
  const wide = max(xs) - left + STEP.width
  const high = max(ys) - top + STEP.height
  const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high, MAX_SCALE)
  const dx = (width - wide * scale) / 2
  const dy = (height - high * scale) / 2

  const boxes = steps.map((step, index) => ({
    kind: step.kind,
    x: dx + ((xs[index] ?? 0) - left) * scale,
    y: dy + ((ys[index] ?? 0) - top) * scale,
    width: Math.max(STEP.width * scale, 2),
    height: Math.max(STEP.height * scale, 2),
  }))
  const wires = edges.slice(0, MAX_WIRES).flatMap(([from = -1, to = -1]) => {
    const a = boxes[from]
    const b = boxes[to]
    return a && b ? [wire(a.x + a.width, a.y + a.height / 2, b.x, b.y + b.height / 2)] : []
  })
  return { boxes, wires }
}

/** A curve that leaves to the right and arrives from the left. */
function wire(x1: number, y1: number, x2: number, y2: number): string {
  const reach = Math.max(Math.abs(x2 - x1) / 2, 6)
  return `M${r(x1)} ${r(y1)}C${r(x1 + reach)} ${r(y1)} ${r(x2 - reach)} ${r(y2)} ${r(x2)} ${r(y2)}`
}

function r(value: number): number {
  return Math.round(value * 10) / 10
}

// Not `Math.min(...values)`: ten thousand arguments are too many for some engines.
function min(values: number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity)
}

function max(values: number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity)
}
