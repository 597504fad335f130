import { isSettled } from '@/api/executions'
import type { AttemptView, ExecutionDetail, StepStatus, StepView } from '@/api/types'

import { parseMicros } from './time'

/** What a stretch of a step's time was. */
export type SegmentKind = 'queued' | 'running' | 'backoff' | 'waiting'

/** How an attempt ended, or that it has not. */
export type Outcome = 'completed' | 'failed' | 'cancelled' | 'open'

/** A stretch of time in a step's lane. Instants in microseconds since 1970; no `end` means: still going on. */
export interface Segment {
  kind: SegmentKind
  /** From 1. */
  attempt: number
  start: number
  end?: number
  outcome: Outcome
  /** The failure's code and message, for a failed attempt. */
  failure?: { code: string; message: string }
  /** The answer is a sample, not the agent's work. */
  sampled: boolean
}

/** A step's row. */
export interface Row {
  id: string
  name: string
  status: StepStatus
  /** From 1, in topological order. */
  position: number
  attempts: number
  segments: Segment[]
  /** When it could first have started. */
  start?: number
  /** When its last attempt ended; absent while one is open. */
  end?: number
}

/** An execution as the timeline draws it. */
export interface Rows {
  rows: Row[]
  /** The zero of the time axis. */
  origin: number
  /** When it ended; absent while it goes on. */
  end?: number
}

/** The rows of an execution, in topological order. Linear in the number of attempts. */
export function rowsOf(execution: ExecutionDetail): Rows {
  const settled = isSettled(execution.status)
  const closedAt = settled ? parseMicros(execution.completed_at) : undefined
  const rows = execution.steps.map((step) => cachedRow(step, settled, closedAt)).sort((a, b) => a.position - b.position)

  let origin = parseMicros(execution.started_at) ?? parseMicros(execution.created_at) ?? 0
  let end = closedAt
  for (const row of rows) {
    if (row.start !== undefined) origin = Math.min(origin, row.start)
    if (settled && row.end !== undefined) end = Math.max(end ?? row.end, row.end)
  }
  return settled ? { rows, origin, end: end ?? origin } : { rows, origin }
}

/** Rows by step: of a large execution only a few steps change between two looks at it. */
const made = new WeakMap<StepView, { settled: boolean; closedAt: number | undefined; row: Row }>()

function cachedRow(step: StepView, settled: boolean, closedAt: number | undefined): Row {
  const known = made.get(step)
  if (known && known.settled === settled && known.closedAt === closedAt) return known.row
  const row = rowOf(step, settled, closedAt)
  made.set(step, { settled, closedAt, row })
  return row
}

function rowOf(step: StepView, settled: boolean, closedAt: number | undefined): Row {
  const segments: Segment[] = []
  step.attempts.forEach((attempt, index) => {
    const next = step.attempts[index + 1]
    const openEnd = parseMicros(next?.queued_at) ?? (settled ? closedAt : undefined)
    pushAttempt(segments, step, attempt, next, openEnd, settled)
  })

  const first = segments[0]
  const last = segments.at(-1)
  const row: Row = {
    id: step.id,
    name: step.name,
    status: step.status,
    position: step.position,
    attempts: step.attempts.length,
    segments,
  }
  if (first) row.start = first.start
  if (last?.end !== undefined) row.end = last.end
  return row
}

/** `openEnd` closes what has no end of its own: an attempt that a crash cut short, or that the execution outlived. */
function pushAttempt(
  into: Segment[],
  step: StepView,
  attempt: AttemptView,
  next: AttemptView | undefined,
  openEnd: number | undefined,
  settled: boolean,
) {
  const queued = parseMicros(attempt.queued_at)
  const started = parseMicros(attempt.started_at)
  const ended = parseMicros(attempt.ended_at) ?? openEnd
  const push = (kind: SegmentKind, start: number | undefined, end: number | undefined, outcome: Outcome) => {
    if (start === undefined || (end !== undefined && end < start)) return
    const segment: Segment = { kind, attempt: attempt.attempt, start, outcome, sampled: attempt.sampled }
    if (end !== undefined) segment.end = end
    if (outcome === 'failed' && attempt.failure)
      segment.failure = { code: attempt.failure.code, message: attempt.failure.message }
    into.push(segment)
  }

  const outcome = outcomeOf(attempt.status, ended === undefined)
  if (started === undefined) {
    push('queued', queued, ended, outcome === 'open' ? 'open' : 'cancelled')
    return
  }
  if (queued !== undefined && started > queued) push('queued', queued, started, 'completed')
  push(step.kind === 'wait' ? 'waiting' : 'running', started, ended, outcome)

  const due = parseMicros(attempt.next_due)
  if (ended === undefined || due === undefined) return
  const pauseEnd = parseMicros(next?.queued_at) ?? (settled ? openEnd : undefined)
  push('backoff', ended, pauseEnd, pauseEnd === undefined ? 'open' : 'completed')
}

function outcomeOf(status: StepStatus, open: boolean): Outcome {
  if (open) return 'open'
  if (status === 'failed') return 'failed'
  return status === 'completed' ? 'completed' : 'cancelled'
}
