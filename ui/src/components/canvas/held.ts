//! Steps that hold what runs within them: a loop one of whose turns waits for a person, a sub-workflow that stopped at a
//! breakpoint. By the API they run; nothing happens in them until somebody acts.

import type { StepView } from '@/api/types'
import { ownStepOf } from '@/components/execution/paths'
import { waitingSteps } from '@/components/execution/waiting'

/** By step of the workflow itself: where it is held, in words. `nested` is what runs within steps. */
export function heldSteps(nested: readonly StepView[]): Map<string, string> {
  const within = new Map<string, ReturnType<typeof waitingSteps>>()
  for (const one of waitingSteps({ steps: [], nested: [...nested] })) {
    const own = ownStepOf(one.step.path)
    const list = within.get(own)
    if (list) list.push(one)
    else within.set(own, [one])
  }
  return new Map([...within].map(([own, [first, ...more]]) => [own, more.length > 0 ? `held in ${more.length + 1} places` : first ? wordsOf(first, own) : '']))
}

function wordsOf({ step, waiting }: ReturnType<typeof waitingSteps>[number], own: string): string {
  const how = waiting.what === 'breakpoint' ? 'paused at' : 'asks in'
  const turn = /^(?:~\d+)?\[(\d+)\]/.exec(step.path.slice(own.length))?.[1]
  return turn === undefined ? `${how} ${step.name}` : `${how} turn ${Number(turn) + 1}`
}
