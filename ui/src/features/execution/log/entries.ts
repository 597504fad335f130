//! An execution's events and what its agents said, as lines to read.

import type { AnswerSource, Event, ExecutionDetail, LogLine } from '@/api/types'
import { skipClause } from '@/components/execution/skipped'
import { formatBytes, plural } from '@/components/format'
import { formatDuration, parseMicros } from '@/components/timeline/time'

export type Level = LogLine['level']

/** One line of the log. */
export type Entry = {
  key: string
  /** Microseconds since 1970. */
  at: number
  level: Level
  /** The step it is about. */
  step?: string
  /** Whether an agent said it, or Heddle recorded it. */
  from: 'agent' | 'event'
  text: string
}

/** Names of steps by id. */
export type Names = ReadonlyMap<string, string>

export function namesOf(execution: Pick<ExecutionDetail, 'steps'>): Names {
  return new Map(execution.steps.map((step) => [step.path, step.name]))
}

const TURN = /^(.+)\[(\d+)\]$/

/** What a step is called, by its path; a turn of a loop as on the timeline, `Turn 3 · Price a line`. */
export function nameIn(names: Names, path: string): string {
  const [, loop = '', turn] = TURN.exec(path) ?? []
  const loopName = names.get(loop)
  return names.get(path) ?? (loopName === undefined ? path : `Turn ${Number(turn) + 1} · ${loopName}`)
}

/** The lines of an event: what agents said comes before the event that brought it. */
export function entriesOf(event: Event, names: Names): Entry[] {
  const at = parseMicros(event.at) ?? 0
  const step = stepOf(event.kind)
  const base = { at, ...(step !== undefined && { step }) }
  const said = saidIn(event.kind).map((line, index): Entry => ({
    ...base,
    key: `${event.seq}.${index}`,
    level: line.level,
    from: 'agent',
    text: line.text,
  }))
  return [...said, { ...base, key: String(event.seq), from: 'event', ...describe(event.kind, names, at) }]
}

/** The lines of a log that grows: of each event they are made once, as long as the steps keep their names. */
export function growingEntries(): (events: readonly Event[], names: Names) => readonly Entry[] {
  let seen: readonly Event[] = []
  let called: Names | undefined
  let entries: readonly Entry[] = []
  return (events, names) => {
    const more = names === called && seen.length <= events.length && seen.at(-1) === events[seen.length - 1]
    const fresh = more ? events.slice(seen.length) : events
    const made = fresh.flatMap((event) => entriesOf(event, names))
    if (!more) entries = made
    else if (made.length > 0) entries = [...entries, ...made]
    seen = events
    called = names
    return entries
  }
}

type Kind = Event['kind']

function stepOf(kind: Kind): string | undefined {
  if (!('data' in kind)) return undefined
  if ('step' in kind.data) return kind.data.step
  return 'error' in kind.data ? kind.data.error.step : undefined
}

function saidIn(kind: Kind): LogLine[] {
  return 'data' in kind && 'log' in kind.data ? (kind.data.log ?? []) : []
}

function describe(kind: Kind, names: Names, at: number): { level: Level; text: string } {
  const called = (step: string) => nameIn(names, step)
  switch (kind.type) {
    case 'execution_started': {
      const kept = kind.data.inherited?.length ?? 0
      if (kind.data.from === undefined) return info('Execution started')
      return info(`Execution started from ${kind.data.from}${kept > 0 ? `, taking over ${plural(kept, 'output')}` : ''}`)
    }
    case 'step_inherited':
      return info('Not run again: its output is taken over from the earlier execution')
    case 'pool_wait':
      return info(`Waits for a place in the pool ${kind.data.pool}${again(kind.data.attempt)}`)
    case 'turn_ended':
      return info(`Turn ${kind.data.turn + 1} ended; ${kind.data.again ? 'its condition asks for another' : 'that was the last'}`)
    case 'turn_due':
      return info(`Turn ${kind.data.turn + 1} is due`)
    case 'approval_requested':
      return warn(`Waits for a person: ${kind.data.message}`)
    case 'approval_decided': {
      const { decision, by, comment } = kind.data
      const who = by === 'deadline' ? 'by itself, since the deadline passed' : `by ${by}`
      return info(`${decision === 'approved' ? 'Approved' : 'Rejected'} ${who}${comment === undefined ? '' : `: ${comment}`}`)
    }
    case 'breakpoint_hit':
      return warn('Stopped at a breakpoint, before the agent is called')
    case 'breakpoint_released': {
      const how = kind.data.step_over === true ? 'Let go to the next step' : 'Let go on'
      return info(kind.data.input === undefined ? how : `${how}, with an edited value`)
    }
    case 'execution_paused':
      return warn('Paused: nothing goes on until a person does something')
    case 'execution_continued':
      return info('Goes on')
    case 'step_timed_out':
      return error(`Took longer than ${formatDuration(kind.data.timeout_ms * 1000)}, all attempts together`)
    case 'compensation_started':
      return warn(`What had been done is undone, in this order: ${kind.data.steps.map(called).join(', ')}`)
    case 'fallback_started':
      return warn(`The fallback workflow ${kind.data.workflow} takes over: ${kind.data.failure.message}`)
    case 'attempt_started':
      return info(`Started${again(kind.data.attempt)}`)
    case 'attempt_succeeded': {
      const { sampled, attempt, branch, output, source } = kind.data
      const took = branch === undefined ? '' : `, took branch ${branch}`
      return info(`${sampled ? 'Completed with a sample' : ANSWERED[source ?? 'agent']}${again(attempt)}${took}, ${formatBytes(output.bytes)}`)
    }
    case 'attempt_failed':
      return error(`Attempt ${kind.data.attempt} failed: ${kind.data.failure.message}`)
    case 'attempt_cancelled':
      return warn(`Attempt ${kind.data.attempt} stopped`)
    case 'retry_scheduled': {
      const pause = Math.max(0, (parseMicros(kind.data.due) ?? at) - at)
      return warn(`Attempt ${kind.data.attempt} comes in ${formatDuration(pause)}`)
    }
    case 'retry_due':
      return info(`Attempt ${kind.data.attempt} is due`)
    case 'step_failed':
      return error(`Failed for good, step ${kind.data.error.position} of ${kind.data.error.total}`)
    case 'step_defaulted':
      return warn('Failed; its policy’s default value stands in')
    case 'step_skipped':
      return info(`Skipped: ${skipClause(kind.data.reason, called)}`)
    case 'cancel_requested':
      return warn(`${kind.data.by} asked to stop${kind.data.reason === undefined ? '' : `: ${kind.data.reason}`}`)
    case 'deadline_reached':
      return error(`The workflow’s timeout of ${formatDuration(kind.data.timeout_ms * 1000)} ran out`)
    case 'resumed':
      return warn('Heddle started again and took the execution up where it was')
    case 'clock_set_back':
      return warn(`The clock of this machine was set back by ${formatDuration(kind.data.by_ms * 1000)}; the times here go on from where they were`)
    case 'execution_completed':
      return info('Execution completed')
    case 'execution_failed':
      return error(`Execution failed: ${kind.data.failure.message}`)
    case 'execution_cancelled':
      return warn('Execution cancelled')
  }
}

const ANSWERED: Record<AnswerSource, string> = {
  agent: 'Completed',
  cache: 'Answered from the cache',
  record: 'Answered from the record',
  pin: 'Answered with its pin',
}

const again = (attempt: number) => (attempt > 1 ? `, attempt ${attempt}` : '')
const info = (text: string) => ({ level: 'info' as const, text })
const warn = (text: string) => ({ level: 'warn' as const, text })
const error = (text: string) => ({ level: 'error' as const, text })

/** What of the log is wanted. */
export type Filter = { level: Level; step?: string | undefined; text: string }

const RANK: Record<Level, number> = { info: 0, warn: 1, error: 2 }

/** The lines at least as loud as asked, of the step asked for, with the text asked for in them or in the step's name. */
export function filterEntries(entries: readonly Entry[], filter: Filter, names: Names): readonly Entry[] {
  const { level, step, text } = filter
  const wanted = text.trim().toLowerCase()
  if (level === 'info' && step === undefined && wanted === '') return entries
  return entries.filter(
    (entry) =>
      RANK[entry.level] >= RANK[level] &&
      (step === undefined || entry.step === step) &&
      (wanted === '' ||
        entry.text.toLowerCase().includes(wanted) ||
        nameIn(names, entry.step ?? '').toLowerCase().includes(wanted)),
  )
}
