//! What each status is called and looks like. Colour never says it alone: there is always an icon or the word.

import {
  Ban,
  Check,
  Circle,
  CircleDashed,
  CirclePause,
  Clock3,
  LoaderCircle,
  SkipForward,
  X,
  type LucideIcon,
} from 'lucide-react'

import type { ExecutionStatus, StepStatus } from '@/api/types'

export type AnyStatus = ExecutionStatus | StepStatus

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
}
