//! Walks over the graph of a document: neighbours, ancestors, order, cycles. Edges to missing steps are ignored.

import type { Workflow } from '@/api/types'

/** Who comes right before and right after each step, in the order the edges were drawn. */
export type Neighbours = {
  before: Map<string, string[]>
  after: Map<string, string[]>
}

export function neighbours(document: Pick<Workflow, 'steps' | 'edges'>): Neighbours {
  const before = new Map<string, string[]>()
  const after = new Map<string, string[]>()
  for (const step of document.steps) {
    before.set(step.id, [])
    after.set(step.id, [])
  }
  for (const edge of document.edges) {
    if (!before.has(edge.from) || !before.has(edge.to)) continue
    after.get(edge.from)?.push(edge.to)
    before.get(edge.to)?.push(edge.from)
  }
  return { before, after }
}

function reach(start: string, next: Map<string, string[]>): Set<string> {
  const seen = new Set<string>()
  const todo = [...(next.get(start) ?? [])]
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    todo.push(...(next.get(id) ?? []))
  }
  return seen
}

/** Every step whose output `id` may use: those from which a path leads to it. Within a cycle a step is its own ancestor. */
export function ancestors(document: Pick<Workflow, 'steps' | 'edges'>, id: string): Set<string> {
  return reach(id, neighbours(document).before)
}

/**
 * Step ids so that each comes after its predecessors, ties in document order (Kahn 1962). Steps on or behind a cycle
 * come last, in document order.
 */
export function order(document: Pick<Workflow, 'steps' | 'edges'>): string[] {
  const { before, after } = neighbours(document)
  const open = new Map<string, number>()
  for (const [id, list] of before) open.set(id, list.length)
  const sorted: string[] = []
  let ready = document.steps.map((step) => step.id).filter((id) => open.get(id) === 0)
  while (ready.length > 0) {
    const later: string[] = []
    for (const id of ready) {
      sorted.push(id)
      for (const next of after.get(id) ?? []) {
        const left = (open.get(next) ?? 0) - 1
        open.set(next, left)
        if (left === 0) later.push(next)
      }
    }
    ready = later
  }
  if (sorted.length < before.size) {
    const done = new Set(sorted)
    for (const id of before.keys()) if (!done.has(id)) sorted.push(id)
  }
  return sorted
}

/** The shortest path from `from` to `to`, both included; null when there is none. */
export function path(document: Pick<Workflow, 'steps' | 'edges'>, from: string, to: string): string[] | null {
  return shortest(neighbours(document).after, from, to, () => true)
}

function shortest(
  after: Map<string, string[]>,
  from: string,
  to: string,
  within: (id: string) => boolean,
): string[] | null {
  if (from === to) return [from]
  const cameFrom = new Map<string, string>([[from, from]])
  let front = [from]
  while (front.length > 0) {
    const later: string[] = []
    for (const id of front) {
      for (const next of after.get(id) ?? []) {
        if (cameFrom.has(next) || !within(next)) continue
        cameFrom.set(next, id)
        if (next === to) return trace(cameFrom, from, to)
        later.push(next)
      }
    }
    front = later
  }
  return null
}

function trace(cameFrom: Map<string, string>, from: string, to: string): string[] {
  const steps = [to]
  let at = to
  while (at !== from) {
    at = cameFrom.get(at) ?? from
    steps.unshift(at)
  }
  return steps
}

/** The cycle an edge `from` → `to` would close, as steps in order beginning with `to`; null when it closes none. */
export function wouldClose(
  document: Pick<Workflow, 'steps' | 'edges'>,
  from: string,
  to: string,
): string[] | null {
  return path(document, to, from)
}
