//! What went along a wire in a run, as the engine decides it.

import type { Edge, StepView } from '@/api/types'
import { ERROR_BRANCH, UNDO_BRANCH } from '@/graph/lookup'

/** Data that arrived, data on its way into a running step, nothing; undefined: it is not known yet. */
export type WireFlow = 'done' | 'live' | 'off' | undefined

/** The ends are as the run that is shown says; undefined when none is shown. */
export function wireFlow(edge: Pick<Edge, 'id' | 'branch'>, from: StepView | undefined, to: StepView | undefined): WireFlow {
  if (!from || from.status === 'pending') return undefined
  if (from.status === 'skipped' || from.status === 'cancelled') return 'off'
  if (edge.branch === UNDO_BRANCH) return undoFlow(to)
  if (from.status === 'failed' ? edge.branch !== ERROR_BRANCH : !isFollowed(edge, from)) {
    return from.status === 'completed' || from.status === 'failed' ? 'off' : undefined
  }
  return to?.status === 'running' || to?.status === 'queued' ? 'live' : 'done'
}

function isFollowed({ id, branch }: Pick<Edge, 'id' | 'branch'>, from: StepView): boolean {
  if (from.status !== 'completed' || from.not_taken?.includes(id)) return false
  if (branch === undefined) return !(from.kind === 'approval' && from.branch === 'rejected')
  return branch === from.branch
}

/** A step that undoes another runs after the failure, or never. */
function undoFlow(to: StepView | undefined): WireFlow {
  if (to?.status === 'running' || to?.status === 'queued') return 'live'
  if (to?.status === 'completed') return 'done'
  return to?.status === 'skipped' || to?.status === 'cancelled' ? 'off' : undefined
}
