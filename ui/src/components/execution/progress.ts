//! How far an execution is, counted the same wherever it is said.

import type { ExecutionSummary } from '@/api/types'

type Counted = Pick<ExecutionSummary, 'status' | 'completed_steps' | 'total_steps'>

/** What the numbers count, for whoever wonders. */
export const PROGRESS_HELP = 'Steps that have completed, of all there are. Those that were skipped or failed are not among them.'

/**
 * The steps that have completed, of all: a number that never goes back, nor changes its meaning at the end. `share` is how
 * much of a bar is filled: of an execution that completed all of it, whatever was skipped.
 */
export function progressOf({ status, completed_steps: done, total_steps: total }: Counted): { done: number; total: number; share: number } {
  const share = status === 'completed' ? 1 : total > 0 ? Math.min(done / total, 1) : 0
  return { done, total, share }
}

/** `2 of 4` */
export function progressText(execution: Counted): string {
  const { done, total } = progressOf(execution)
  return `${done} of ${total}`
}
