//! How far a loop is.

import type { Event, ExecutionDetail } from '@/api/types'

export type Turns = {
  done: number
  /** How many there will be; absent while nobody can know (repeat until). */
  planned?: number
  /** How many of those that are done failed. */
  failed: number
}

/** The turns of the loop step at `path`; undefined when none has begun. Events tell how many there will be. */
export function turnsOf(execution: ExecutionDetail, events: readonly Event[], path: string): Turns | undefined {
  const group = execution.groups.find((each) => each.parent === path)
  const opened = events.findLast(({ kind }) => kind.type === 'attempt_started' && kind.data.step === path)
  const planned = opened?.kind.type === 'attempt_started' ? opened.kind.data.turns : undefined
  if (!group && planned === undefined) return undefined
  const { completed = 0, failed = 0, cancelled = 0, skipped = 0 } = group?.counts ?? {}
  return { done: completed + failed + cancelled + skipped, failed, ...(planned !== undefined && { planned }) }
}

/** `7 of 40`, `3 turns, 1 failed`. */
export function turnsText({ done, planned, failed }: Turns): string {
  const turns = planned !== undefined ? `${done} of ${planned}` : done === 1 ? '1 turn' : `${done} turns`
  return failed > 0 ? `${turns}, ${failed} failed` : turns
}
