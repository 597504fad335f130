//! Which agent a step of kind Select has chosen.

import type { StepView } from '@/api/types'

/** The name of the agent that answered; undefined for other kinds, and as long as none has. */
export function chosenOf(step: Pick<StepView, 'kind' | 'attempts'>): string | undefined {
  if (step.kind !== 'select') return undefined
  // The agent says it in its log; what it tried before in vain stands above.
  const lines = step.attempts.at(-1)?.log ?? []
  const said = lines.findLast(({ text }) => text.startsWith(CHOSE))?.text
  return said?.slice(CHOSE.length)
}

const CHOSE = 'chose '
