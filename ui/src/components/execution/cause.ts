//! What a failure began with, where it began within a loop or another workflow.

import type { ExecutionDetail, PayloadRef } from '@/api/types'

import { placeOf } from './paths'

/**
 * The input that led to the failure: of a loop over elements the element of the turn that failed, of a sub-workflow what its
 * step was given. `where` names that place; absent: the failed step itself. Undefined when no input is known.
 */
export function inputThatCaused({ error, nested }: Pick<ExecutionDetail, 'error' | 'nested'>): { input: PayloadRef; where?: string } | undefined {
  if (!error) return undefined
  let cause: { input: PayloadRef; where?: string } | undefined = error.input && { input: error.input }
  for (let path: string | undefined = error.step; path !== undefined; ) {
    // What failed and did no harm is passed by: the step failed with the words of what brought it down.
    const inner = nested.find((step) => step.parent === path && step.status === 'failed' && error.failure.message.includes(step.attempts.at(-1)?.failure?.message ?? '\0'))
    const input = inner?.attempts.at(-1)?.input
    if (inner && input) cause = { input, where: placeOf(inner, nested) }
    path = inner?.path
  }
  return cause
}
