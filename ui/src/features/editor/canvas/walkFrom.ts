//! Keys on the canvas. Arrows: along the wires to the left and right, else to the nearest step in that direction.

import type { Edge, Workflow } from '@/api/types'
import { NODE_HEIGHT, NODE_WIDTH, positionOf } from '@/graph/flow'
import { neighbours } from '@/graph/walk'

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'

/** The step to go to from `from`; from nowhere, the leftmost. */
export function walkFrom(document: Workflow, from: string | null, direction: Direction): string | null {
  const places = new Map(document.steps.map((step, index) => [step.id, positionOf(step, index)]))
  const here = from === null ? undefined : places.get(from)
  if (from === null || !here) {
    let first: string | null = null
    for (const [id, { x }] of places) if (first === null || x < (places.get(first)?.x ?? Infinity)) first = id
    return first
  }
  const { before, after } = neighbours(document)
  const along = direction === 'ArrowRight' ? after.get(from) : direction === 'ArrowLeft' ? before.get(from) : undefined
  if (along && along.length > 0) {
    return along.reduce((best, id) => (gap(places, id, here.y) < gap(places, best, here.y) ? id : best))
  }
  let best: string | null = null
  let least = Infinity
  for (const [id, place] of places) {
    if (id === from) continue
    const [ahead, aside] = offset(direction, (place.x - here.x) / NODE_WIDTH, (place.y - here.y) / NODE_HEIGHT)
    if (ahead <= 0.2) continue
    const distance = ahead + 2 * Math.abs(aside)
    if (distance < least) [best, least] = [id, distance]
  }
  return best
}

/** The wire to go to: the next around the selected step, else the next of all; `back` goes the other way. */
export function nextWire(document: Workflow, step: string | null, edge: string | null, back: boolean): Edge | undefined {
  const all = step === null ? document.edges : document.edges.filter(({ from, to }) => from === step || to === step)
  const at = all.findIndex(({ id }) => id === edge)
  if (at < 0) return back ? all.at(-1) : all[0]
  return all[(at + (back ? -1 : 1) + all.length) % all.length]
}

function gap(places: ReadonlyMap<string, { y: number }>, id: string, y: number): number {
  return Math.abs((places.get(id)?.y ?? Infinity) - y)
}

function offset(direction: Direction, dx: number, dy: number): [number, number] {
  switch (direction) {
    case 'ArrowRight':
      return [dx, dy]
    case 'ArrowLeft':
      return [-dx, dy]
    case 'ArrowDown':
      return [dy, dx]
    case 'ArrowUp':
      return [-dy, dx]
  }
}
