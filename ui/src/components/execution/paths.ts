//! Paths of what ran: `each[3]`, `sub/analyze`, `sub~2/analyze`, `~fallback/notify`.

import type { StepView } from '@/api/types'

/** The step of the workflow itself that a path lies within: `each` of `each[3]/analyze`; the path where there is none. */
export function ownStepOf(path: string): string {
  return /^[^[/~]+/.exec(path)?.[0] ?? path
}

/** Whether it ran in the workflow that takes over when the execution fails. */
export function inFallback(path: string): boolean {
  return path.startsWith('~fallback/')
}

type Named = Pick<StepView, 'path' | 'name' | 'parent' | 'turn'>

/** What people call a step and where it is, from the inside out: `Ask, turn 3`, `Ask, turn 3 of Each item`. */
export function placeOf(step: Named, nested: readonly Named[]): string {
  const words = [step.turn === undefined ? step.name : `${step.name}, turn ${step.turn + 1}`]
  for (let at = step.parent; at !== undefined; ) {
    const within = nested.find(({ path }) => path === at)
    if (within?.turn !== undefined) words.push(`turn ${within.turn + 1} of ${within.name}`)
    at = within?.parent
  }
  return words.join(', ')
}
