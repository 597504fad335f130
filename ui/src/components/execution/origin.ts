//! Which earlier execution one comes from, and how.

import { GitFork, Rewind, RotateCw, StepForward, type LucideIcon } from 'lucide-react'

import type { ExecutionDetail, ExecutionSummary } from '@/api/types'

export type Origin = {
  what: 'retry-of' | 'forked-from' | 'replay-of'
  /** The earlier one's id. */
  of: string
  /** In a word. */
  word: string
  /** In a sentence that the id follows. */
  says: string
  Icon: LucideIcon
}

type Given = Pick<ExecutionSummary, 'retry_of' | 'forked_from' | 'replay_of'> & { options?: ExecutionDetail['options'] }

/** Where an execution comes from, the nearest first: a retry of one that had been resumed is both. A list does not tell resumed from forked. */
export function originsOf({ retry_of: retry, replay_of: replay, forked_from: from, options }: Given): Origin[] {
  const origins: Origin[] = []
  if (retry !== undefined) origins.push({ what: 'retry-of', of: retry, word: 'retry', says: 'Retry of', Icon: RotateCw })
  if (replay !== undefined) origins.push({ what: 'replay-of', of: replay, word: 'replay', says: 'Replay of', Icon: Rewind })
  if (from !== undefined) origins.push({ what: 'forked-from', of: from, ...goingOn(options) })
  return origins
}

function goingOn(options: Given['options']): Pick<Origin, 'word' | 'says' | 'Icon'> {
  if (options === undefined) return { word: 'goes on', says: 'Resumed or forked from', Icon: StepForward }
  const step = options.fork?.step
  if (step === undefined) return { word: 'resumed', says: 'Goes on from the last good step of', Icon: StepForward }
  return { word: `fork at ${step}`, says: `Runs again from ${step} on; the rest is taken over from`, Icon: GitFork }
}
