//! What a failure began with, where it began within a loop or another workflow.

import type { ExecutionDetail, PayloadRef } from '@/api/types'

import { placeOf } from './paths'

/**
 * The input that led to the failure: of a loop over elements the element of the turn that failed, of a sub-workflow what its
 * step was given. `where` names that place; absent: the failed step itself. Undefined when no input is known.
 */
export function inputThatCaused({ error, failed_within: within = [] }: Pick<ExecutionDetail, 'error' | 'failed_within'>): { input: PayloadRef; where?: string } | undefined {
  const inner = within.findLast((step) => step.attempts.at(-1)?.input)
  const input = inner?.attempts.at(-1)?.input
  if (inner && input) return { input, where: placeOf(inner, within) }
  return error?.input && { input: error.input }
}
