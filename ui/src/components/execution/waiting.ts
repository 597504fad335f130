//! What an execution waits for a person to do.

import type { StepView } from '@/api/types'

type Waits = NonNullable<StepView['attempts'][number]['waiting']>

/** A step that waits for a person, and for what. */
export type WaitingStep = { step: StepView; waiting: Waits }

export function waitingOf(step: StepView): Waits | undefined {
  return step.status === 'completed' || step.status === 'failed' || step.status === 'cancelled' ? undefined : step.attempts.at(-1)?.waiting
}

/** Every step that waits for a person, those within loops and sub-workflows included. */
export function waitingSteps(execution: { steps: readonly StepView[]; nested: readonly StepView[] }): WaitingStep[] {
  return [...execution.steps, ...execution.nested].flatMap((step) => {
    const waiting = waitingOf(step)
    return waiting ? [{ step, waiting }] : []
  })
}
