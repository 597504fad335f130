//! What an execution waits for a person to do.

import type { ExecutionDetail, StepView } from '@/api/types'

type Waits = NonNullable<StepView['attempts'][number]['waiting']>

/** A step that waits for a person, and for what. */
export type WaitingStep = { step: StepView; waiting: Waits }

export function waitingOf(step: StepView): Waits | undefined {
  return step.status === 'completed' || step.status === 'failed' || step.status === 'cancelled' ? undefined : step.attempts.at(-1)?.waiting
}

/** Every step that waits for a person, those within loops and sub-workflows included. */
export function waitingSteps(execution: Pick<ExecutionDetail, 'steps' | 'nested'>): WaitingStep[] {
  return [...execution.steps, ...execution.nested].flatMap((step) => {
    const waiting = waitingOf(step)
    return waiting ? [{ step, waiting }] : []
  })
}
