//! How a wire goes around the steps it would otherwise run behind: back along a loop, or past a step in its way.

import type { Point } from './edits/add'

export type Box = { x: number; y: number; width: number; height: number }

/** How far from steps a wire stays. */
const GAP = 28
const RADIUS = 14

/** Points looked at along a curve. */
const LOOKS = 12

/** Whether the plain curve from `start` to `end`, as React Flow draws it, runs behind one of the boxes. */
export function blocked(start: Point, end: Point, boxes: Iterable<Box>): boolean {
  const reach = Math.abs(end.x - start.x) / 2
  const [left, right] = [Math.min(start.x, end.x), Math.max(start.x, end.x)]
  const [top, bottom] = [Math.min(start.y, end.y), Math.max(start.y, end.y)]
  for (const box of boxes) {
    if (box.x > right || box.x + box.width < left || box.y > bottom || box.y + box.height < top) continue
    for (let look = 1; look < LOOKS; look += 1) {
      const x = bezier(start.x, start.x + reach, end.x - reach, end.x, look / LOOKS)
      const y = bezier(start.y, start.y, end.y, end.y, look / LOOKS)
      if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return true
    }
  }
  return false
}

function bezier(a: number, b: number, c: number, d: number, t: number): number {
  const s = 1 - t
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
}

/**
 * The height at which a wire from `start` to `end` can run, below or above every box in between, whichever is
 * nearer; a little is added for going above, where names of cycles stand.
 */
export function detour(start: Point, end: Point, boxes: Iterable<Box>): number {
  const sides = [end.x - GAP, start.x + GAP]
  const [left, right] = [Math.min(...sides), Math.max(...sides)]
  const between = [...boxes].filter((box) => box.x < right && box.x + box.width > left)
  const below = clear(Math.max(start.y, end.y), 1, between)
  const above = clear(Math.min(start.y, end.y), -1, between)
  const far = (y: number) => Math.abs(y - start.y) + Math.abs(y - end.y)
  return far(above) + 160 < far(below) ? above : below
}

/** The first height from `y` in that direction at which nothing is in the way. */
function clear(y: number, direction: 1 | -1, boxes: readonly Box[]): number {
  const sorted = boxes.toSorted((a, b) => direction * (a.y - b.y) + (direction < 0 ? b.height - a.height : 0))
  let at = y
  for (const box of sorted) {
    if (at > box.y - GAP && at < box.y + box.height + GAP) at = direction > 0 ? box.y + box.height + GAP : box.y - GAP
  }
  return at
}

/** A path with round corners: out to the right, along `y`, and in from the left; and the middle of its long side. */
export function around(start: Point, end: Point, y: number): [path: string, x: number, y: number] {
  const [right, left] = [start.x + GAP, end.x - GAP]
  const corners: Point[] = [start, { x: right, y: start.y }, { x: right, y }, { x: left, y }, { x: left, y: end.y }, end]
  let path = `M${start.x},${start.y}`
  for (let i = 1; i < corners.length - 1; i += 1) {
    const [before, corner, after] = [corners[i - 1], corners[i], corners[i + 1]]
    if (!before || !corner || !after) continue
    const into = towards(corner, before)
    const out = towards(corner, after)
    path += `L${into.x},${into.y}Q${corner.x},${corner.y} ${out.x},${out.y}`
  }
  return [`${path}L${end.x},${end.y}`, (left + right) / 2, y]
}

/** A point at most `RADIUS` from `corner` on the way to `point`, at most half of it. */
function towards(corner: Point, point: Point): Point {
  const length = Math.hypot(point.x - corner.x, point.y - corner.y)
  const part = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length
  return { x: corner.x + (point.x - corner.x) * part, y: corner.y + (point.y - corner.y) * part }
}
