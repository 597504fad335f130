//! Drawing and changing wires.

import type { Edge, Workflow } from '@/api/types'

import { numbered } from '../ids'
import { selectEdge } from '../selection'
import { ancestors, wouldClose } from '../walk'
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

/** The steps a wire from `from` should not lead to: itself, those it is connected to, those it would close a cycle with. */
export function barredFrom(document: Workflow, from: string, branch: string | undefined): Set<string> {
  const barred = ancestors(document, from)
  barred.add(from)
  for (const edge of document.edges) if (edge.from === from && edge.branch === branch) barred.add(edge.to)
  return barred
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
