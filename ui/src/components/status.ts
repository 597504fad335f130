//! What each status is called and looks like. Colour never says it alone: there is always an icon or the word.

import {
  Ban,
  Check,
  Circle,
  CircleDashed,
  CirclePause,
  CircleSlash,
  Clock3,
  LoaderCircle,
  SkipForward,
  Square,
  X,
  type LucideIcon,
} from 'lucide-react'

import type { AttemptView, ExecutionStatus, StepStatus, StepView } from '@/api/types'

/** What is shown: a status, or in place of `cancelled` what became of a step that nobody cancelled by itself. */
export type AnyStatus = ExecutionStatus | StepStatus | 'not_run' | 'stopped'

export type StatusLook = { label: string; color: string; Icon: LucideIcon; spins: boolean }

export const STATUS: Record<AnyStatus, StatusLook> = {
  pending: { label: 'Pending', color: 'var(--idle)', Icon: Circle, spins: false },
  queued: { label: 'Queued', color: 'var(--idle)', Icon: CircleDashed, spins: false },
  running: { label: 'Running', color: 'var(--run)', Icon: LoaderCircle, spins: true },
  waiting: { label: 'Waiting', color: 'var(--warn)', Icon: Clock3, spins: false },
  paused: { label: 'Paused', color: 'var(--warn)', Icon: CirclePause, spins: false },
  completed: { label: 'Completed', color: 'var(--ok)', Icon: Check, spins: false },
  failed: { label: 'Failed', color: 'var(--bad)', Icon: X, spins: false },
  skipped: { label: 'Skipped', color: 'var(--idle)', Icon: SkipForward, spins: false },
  cancelled: { label: 'Cancelled', color: 'var(--idle)', Icon: Ban, spins: false },
  not_run: { label: 'Not run', color: 'var(--idle)', Icon: CircleSlash, spins: false },
  stopped: { label: 'Stopped', color: 'var(--idle)', Icon: Square, spins: false },
}

/**
 * A step as it is shown. When an execution fails or is stopped, the API calls every step `cancelled` that had not ended:
 * most of them had not begun, and what was under way was stopped.
 */
export function shownStatus({ status, attempts }: Pick<StepView, 'status' | 'attempts'>): AnyStatus {
  if (status !== 'cancelled') return status
  return attempts.length === 0 ? 'not_run' : 'stopped'
}

/** An attempt as it is shown. */
export const shownAttempt = ({ status }: Pick<AttemptView, 'status'>): AnyStatus => (status === 'cancelled' ? 'stopped' : status)
