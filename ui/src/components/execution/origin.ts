//! Which earlier execution one comes from, and how.

import { GitFork, Rewind, RotateCw, StepForward, type LucideIcon } from 'lucide-react'

import type { ExecutionSummary } from '@/api/types'

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

type Given = Pick<ExecutionSummary, 'retry_of' | 'forked_from' | 'forked_at' | 'forked_at_name' | 'replay_of'>

/** Where an execution comes from, the nearest first: a retry of one that had been resumed is both. */
export function originsOf({ retry_of: retry, replay_of: replay, forked_from: from, forked_at: at, forked_at_name: name }: Given): Origin[] {
  const origins: Origin[] = []
  if (retry !== undefined) origins.push({ what: 'retry-of', of: retry, word: 'retry', says: 'Retry of', Icon: RotateCw })
  if (replay !== undefined) origins.push({ what: 'replay-of', of: replay, word: 'replay', says: 'Replay of', Icon: Rewind })
  if (from !== undefined) origins.push({ what: 'forked-from', of: from, ...goingOn(name ?? at) })
  return origins
}

function goingOn(step: string | undefined): Pick<Origin, 'word' | 'says' | 'Icon'> {
  if (step === undefined) return { word: 'resumed', says: 'Goes on from the last good step of', Icon: StepForward }
  return { word: `fork at ${step}`, says: `Runs again from “${step}” on; the rest is taken over from`, Icon: GitFork }
}
