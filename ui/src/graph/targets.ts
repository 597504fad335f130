//! Where a wire from a step could lead.

import type { Step, Workflow } from '@/api/types'

import { barredFrom } from './edits/wires'
import { positionOf } from './flow'
import { agentOf, portsOf, stepById, UNDO_BRANCH, type Library, type Port } from './lookup'

export type Targets = { port: Port; steps: Step[] }

/**
 * By output port of `from`, top to bottom: the steps a wire from there could lead to, from left to right as they stand.
 * None it is connected to already, and none it would close a cycle with.
 */
export function targetsOf(document: Workflow, library: Library, from: string): Targets[] {
  const step = stepById(document, from)
  if (!step) return []
  const leaving = document.edges.filter((edge) => edge.from === from)
  const ports = portsOf(step, agentOf(document, step, library), leaving).filter((port) => !port.gone && port.branch !== UNDO_BRANCH)
  const placed = document.steps
    .map((each, index) => ({ each, at: positionOf(each, index) }))
    .toSorted((a, b) => a.at.x - b.at.x || a.at.y - b.at.y)
    .map(({ each }) => each)
  return ports.map((port) => {
    const barred = barredFrom(document, from, port.branch ?? undefined)
    return { port, steps: placed.filter(({ id }) => !barred.has(id)) }
  })
}
