import { isSettled } from '@/api/executions'
import type { AnswerSource, AttemptView, ExecutionDetail, StepGroup, StepStatus, StepView } from '@/api/types'
import { waitingSteps } from '@/components/execution/waiting'
import { type AnyStatus, shownStatus } from '@/components/status'

import { parseMicros } from './time'

/** What a stretch of a step's time was; interrupted: a call that Heddle did not live to see the end of. */
export type SegmentKind = 'queued' | 'pool' | 'running' | 'interrupted' | 'backoff' | 'waiting' | 'person'

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
  /** Where the answer comes from. */
  source: AnswerSource
  /** The pool a place was waited for in. */
  pool?: string
  /** Nothing goes on in it: what runs within it waits for a person. */
  held?: true
}

/** What runs within a row's step: turns of a loop, steps of a sub-workflow. */
export interface Within {
  open: boolean
  /** How many have begun. */
  total: number
  /** How many of them stand where. */
  counts: Readonly<Record<string, number>>
  /** Turns, or steps of another workflow. */
  what: 'turns' | 'steps'
}

/** A step's row. */
export interface Row {
  /** The step's path; of a row that shows more, that of the row it belongs to and `…`. */
  id: string
  /** How many rows it lies within. */
  depth: number
  /** Set when others run within it. */
  within?: Within
  /** Stands for more of what runs within `parent`, after `after`; of the workflow's own steps, without. How many there are still. */
  more?: { parent?: string; after: string; left: number }
  /** Its output was taken over from the execution this one goes on from. */
  inherited: boolean
  name: string
  status: StepStatus
  /** What it says and looks like. */
  shown: AnyStatus
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

/** Which rows show what runs within them, and further pages of that by the row. */
export type Unfolded = { open: ReadonlySet<string>; pages?: ReadonlyMap<string, Page> }

/** Further steps that run within one, and how many run within each of those. */
export type Page = { steps: readonly StepView[]; groups: readonly StepGroup[] }

/** What the steps of the fallback workflow run within; it is no step itself. */
export const FALLBACK = '~fallback'

/**
 * The rows of an execution, in topological order, with those unfolded that were asked for; the fallback workflow's come
 * last and are always shown. Linear in the number of attempts.
 */
export function rowsOf(execution: ExecutionDetail, { open, pages }: Unfolded = { open: new Set() }): Rows {
  const settled = isSettled(execution.status)
  const closedAt = settled ? parseMicros(execution.completed_at) : undefined
  const later = [...(pages?.values() ?? [])].flatMap((page) => page.groups)
  const groups = new Map([...later, ...execution.groups].map((group) => [group.parent, group]))
  const children = new Map<string, StepView[]>()
  for (const step of execution.nested) {
    const list = children.get(step.parent ?? '')
    if (list) list.push(step)
    else children.set(step.parent ?? '', [step])
  }
  const rows: Row[] = []
  const held = heldWithin(execution.nested)
  const add = (step: StepView, depth: number) => {
    const own = cachedRow(step, settled, closedAt)
    const row = step.status === 'running' && held.has(step.path) ? heldRow(own) : own
    const group = groups.get(step.path)
    if (!group) {
      rows.push(depth === row.depth ? row : { ...row, depth })
      return
    }
    const first = children.get(step.path) ?? []
    const shown = open.has(step.path)
    const what = first[0]?.turn === undefined ? 'steps' : 'turns'
    rows.push({ ...row, depth, within: { open: shown, total: group.total, counts: group.counts, what } })
    if (shown) addWithin(step.path, depth + 1)
  }
  const addWithin = (parent: string, depth: number) => {
    const group = groups.get(parent)
    const inside = [...(children.get(parent) ?? []), ...(pages?.get(parent)?.steps ?? [])]
    for (const step of inside) add(step, depth)
    const left = (group?.total ?? 0) - inside.length
    if (left > 0) rows.push(moreRow({ parent, after: inside.at(-1)?.path ?? parent, left }, depth))
  }
  for (const step of execution.steps.toSorted((a, b) => a.position - b.position)) add(step, 0)
  if (execution.next !== undefined) {
    rows.push(moreRow({ after: execution.next, left: execution.total_steps - execution.steps.length }, 0))
  }
  if (groups.has(FALLBACK)) addWithin(FALLBACK, 0)

  let origin = parseMicros(execution.started_at) ?? parseMicros(execution.created_at) ?? 0
  let end = closedAt
  for (const row of rows) {
    if (row.start !== undefined) origin = Math.min(origin, row.start)
    if (settled && row.end !== undefined) end = Math.max(end ?? row.end, row.end)
  }
  return settled ? { rows, origin, end: end ?? origin } : { rows, origin }
}

/** The paths of all that something which waits for a person runs within. */
function heldWithin(nested: readonly StepView[]): ReadonlySet<string> {
  const held = new Set<string>()
  const parents = new Map(nested.map(({ path, parent }) => [path, parent]))
  for (const { step } of waitingSteps({ steps: [], nested })) {
    for (let at = step.parent; at !== undefined && !held.has(at); at = parents.get(at)) held.add(at)
  }
  return held
}

function heldRow(row: Row): Row {
  return { ...row, shown: 'waiting', segments: row.segments.map((segment) => (segment.outcome === 'open' ? { ...segment, held: true } : segment)) }
}

function moreRow(more: NonNullable<Row['more']>, depth: number): Row {
  const { parent, left } = more
  const all = left.toLocaleString('en-US')
  const name = parent === undefined ? `${all} more are on their way` : `Show ${Math.min(left, 1_000).toLocaleString('en-US')} more of ${all}`
  return { id: `${parent ?? ''}…`, name, depth, status: 'pending', shown: 'pending', position: 0, attempts: 0, segments: [], inherited: false, more }
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
    id: step.path,
    name: step.turn === undefined ? step.name : `Turn ${step.turn + 1}`,
    depth: 0,
    inherited: step.inherited,
    status: step.status,
    shown: shownStatus(step),
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
    const segment: Segment = { kind, attempt: attempt.attempt, start, outcome, sampled: attempt.sampled, source: attempt.source }
    if (kind === 'pool' && attempt.pool) segment.pool = attempt.pool.name
    if (end !== undefined) segment.end = end
    if (outcome === 'failed' && attempt.failure)
      segment.failure = { code: attempt.failure.code, message: attempt.failure.message }
    into.push(segment)
  }

  const outcome = outcomeOf(attempt.status, ended === undefined)
  const pooled = parseMicros(attempt.pool?.since)
  const wait = (from: number | undefined, end: number | undefined, how: Outcome) => {
    if (pooled === undefined || (end !== undefined && pooled >= end)) return push('queued', from, end, how)
    if (from !== undefined && pooled > from) push('queued', from, pooled, 'completed')
    push('pool', pooled, end, how)
  }
  let from = queued
  for (const call of attempt.interrupted ?? []) {
    const [began, takenUp] = [parseMicros(call.started_at), parseMicros(call.taken_up_at)]
    if (from !== undefined && began !== undefined && began > from) wait(from, began, 'completed')
    push('interrupted', began, takenUp, 'cancelled')
    from = takenUp
  }
  if (started === undefined) {
    wait(from, ended, outcome === 'open' ? 'open' : 'cancelled')
    return
  }
  if (from !== undefined && started > from) wait(from, started, 'completed')
  push(kindOf(step, attempt), started, ended, outcome)

  const due = parseMicros(attempt.next_due)
  if (ended === undefined || due === undefined) return
  const pauseEnd = parseMicros(next?.queued_at) ?? (settled ? openEnd : undefined)
  push('backoff', ended, pauseEnd, pauseEnd === undefined ? 'open' : 'completed')
}

function kindOf(step: StepView, attempt: AttemptView): SegmentKind {
  if (step.kind === 'approval' || attempt.waiting) return 'person'
  return step.kind === 'wait' ? 'waiting' : 'running'
}

function outcomeOf(status: StepStatus, open: boolean): Outcome {
  if (open) return 'open'
  if (status === 'failed') return 'failed'
  return status === 'completed' ? 'completed' : 'cancelled'
}
