//! Finds the cycles of a document, so that the canvas can name them while they are being drawn.

import type { Workflow } from '@/api/types'
import { neighbours } from './walk'

export type Cycle = {
  /** The steps in order; the last leads back to the first. */
  steps: string[]
  /** The edges between them. */
  edges: string[]
}

/** Most steps looked at in one component: a few milliseconds. */
const SEARCHED = 50_000

/**
 * One shortest cycle for every strongly connected component, shortest first. (A component can hold exponentially many
 * cycles; breaking the one shown and looking again always ends.)
 */
export function cycles(document: Pick<Workflow, 'steps' | 'edges'>): Cycle[] {
  const { after } = neighbours(document)
  const found: Cycle[] = []
  for (const component of components(after)) {
    const steps = shortestCycle(after, component)
    if (steps !== null) found.push({ steps, edges: edgesAlong(document, steps) })
  }
  return found.sort((a, b) => a.steps.length - b.steps.length)
}

function edgesAlong(document: Pick<Workflow, 'edges'>, steps: string[]): string[] {
  const next = new Map(steps.map((id, index) => [id, steps[(index + 1) % steps.length]]))
  return document.edges.filter((edge) => next.get(edge.from) === edge.to).map((edge) => edge.id)
}

/** Strongly connected components (Tarjan 1972), without recursion: documents may be 10,000 steps deep. */
function components(after: Map<string, string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const onStack = new Set<string>()
  const stack: string[] = []
  const result: string[][] = []
  let counter = 0
  const open = (id: string) => {
    index.set(id, counter)
    low.set(id, counter)
    counter += 1
    stack.push(id)
    onStack.add(id)
    return { id, next: 0 }
  }
  for (const root of after.keys()) {
    if (index.has(root)) continue
    const frames = [open(root)]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { id } = frame
      const target = after.get(id)?.[frame.next]
      if (target !== undefined) {
        frame.next += 1
        if (!index.has(target)) frames.push(open(target))
        else if (onStack.has(target)) low.set(id, Math.min(low.get(id) ?? 0, index.get(target) ?? 0))
        continue
      }
      frames.pop()
      const parent = frames.at(-1)
      if (parent !== undefined) low.set(parent.id, Math.min(low.get(parent.id) ?? 0, low.get(id) ?? 0))
      if (low.get(id) !== index.get(id)) continue
      const component: string[] = []
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack.delete(member)
        component.push(member)
        if (member === id) break
      }
      result.push(component.reverse())
    }
  }
  return result
}

/** The shortest cycle inside a component; null when its only member does not lead to itself. */
function shortestCycle(after: Map<string, string[]>, component: string[]): string[] | null {
  const inside = new Set(component)
  let best: string[] | null = null
  // Searching from every member is quadratic; in a large component a short cycle may be missed, but one is found.
  const starts = Math.max(1, Math.floor(SEARCHED / component.length))
  for (const start of component.slice(0, starts)) {
    const found = backTo(after, inside, start, best?.length ?? Infinity)
    if (found !== null && (best === null || found.length < best.length)) best = found
  }
  return best
}

function backTo(after: Map<string, string[]>, inside: Set<string>, start: string, shorterThan: number): string[] | null {
  const cameFrom = new Map<string, string>()
  let front = [start]
  for (let length = 1; front.length > 0 && length < shorterThan; length += 1) {
    const later: string[] = []
    for (const id of front) {
      for (const next of after.get(id) ?? []) {
        if (next === start) {
          const steps = [id]
          for (let at = id; at !== start; ) {
            at = cameFrom.get(at) ?? start
            steps.unshift(at)
          }
          return steps
        }
        if (!inside.has(next) || cameFrom.has(next)) continue
        cameFrom.set(next, id)
        later.push(next)
      }
    }
    front = later
  }
  return null
}
