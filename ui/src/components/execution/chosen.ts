//! Which agent a step of kind Select has chosen.

import type { StepView } from '@/api/types'

/** The name of the agent that did the work last; undefined for other kinds, and as long as none has. */
export function chosenOf(step: Pick<StepView, 'attempts'>): string | undefined {
  return step.attempts.findLast(({ chosen }) => chosen !== undefined)?.chosen
}
