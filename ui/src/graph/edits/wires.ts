//! Drawing and changing wires.

import type { Edge, Workflow } from '@/api/types'

import { numbered } from '../ids'
import { selectEdge } from '../selection'
import { wouldClose } from '../walk'
import { edgeIds, hasEdge, type Edit } from './edit'

/** What a wire would do, said while it is being drawn. */
export type WireVerdict =
  | { fits: true }
  /** Never drawn. */
  | { fits: false; reason: 'self' | 'duplicate' }
  /** May be drawn; saving a version is refused until the cycle is broken. */
  | { fits: false; reason: 'cycle'; steps: string[] }

export function wireVerdict(document: Workflow, from: string, to: string, branch: string | undefined): WireVerdict {
  if (from === to) return { fits: false, reason: 'self' }
  if (hasEdge(document.edges, from, to, branch)) return { fits: false, reason: 'duplicate' }
  const steps = wouldClose(document, from, to)
  return steps ? { fits: false, reason: 'cycle', steps } : { fits: true }
}

/** Draws a wire. Cycles may be drawn: they are shown, named and undone by the person who drew them. */
export function connect(document: Workflow, from: string, to: string, branch?: string): Edit | null {
  const verdict = wireVerdict(document, from, to, branch)
  if (!verdict.fits && verdict.reason !== 'cycle') return null
  const edge: Edge = { id: numbered('e', edgeIds(document)), from, to }
  if (branch) edge.branch = branch
  return { label: `Connect ${from} → ${to}`, document: { ...document, edges: [...document.edges, edge] } }
}

/** Takes an end of a wire somewhere else; the wire keeps its id. */
export function reconnect(
  document: Workflow,
  id: string,
  ends: { from: string; to: string; branch?: string | undefined },
): Edit | null {
  const rest = document.edges.filter((edge) => edge.id !== id)
  const verdict = wireVerdict({ ...document, edges: rest }, ends.from, ends.to, ends.branch)
  if (!verdict.fits && verdict.reason !== 'cycle') return null
  const edges = document.edges.map((edge) => {
    if (edge.id !== id) return edge
    const { branch: _, ...kept } = edge
    return { ...kept, from: ends.from, to: ends.to, ...(ends.branch && { branch: ends.branch }) }
  })
  return { label: `Reconnect ${ends.from} → ${ends.to}`, document: { ...document, edges }, select: selectEdge(id) }
}
