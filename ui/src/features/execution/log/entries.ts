//! An execution's events and what its agents said, as lines to read.

import type { Event, ExecutionDetail, LogLine, SkipReason } from '@/api/types'
import { formatBytes } from '@/components/format'
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
  return new Map(execution.steps.map((step) => [step.id, step.name]))
}

/** The lines of an event: what agents said comes before the event that brought it. */
export function entriesOf(event: Event, names: Names): Entry[] {
  const at = parseMicros(event.at) ?? 0
  const data = (event.kind.data ?? {}) as EventData
  const step = data.step ?? data.error?.step
  const own = describe(event.kind.type, data, names, at)
  const base = { at, ...(step !== undefined && { step }) }
  const said = (data.log ?? []).map((line, index): Entry => ({
    ...base,
    key: `${event.seq}.${index}`,
    level: line.level,
    from: 'agent',
    text: line.text,
  }))
  return [...said, { ...base, key: String(event.seq), from: 'event', ...own }]
}

/** What any event may carry; see `EventKind` in the model. */
type EventData = {
  step?: string
  attempt?: number
  due?: string
  branch?: string
  by?: string
  reason?: string | SkipReason
  timeout_ms?: number
  sampled?: boolean
  output?: { bytes: number }
  failure?: { code: string; message: string }
  error?: { step: string; step_name: string; position: number; total: number; failure: { message: string } }
  log?: LogLine[]
}

function describe(type: string, data: EventData, names: Names, at: number): { level: Level; text: string } {
  const again = data.attempt !== undefined && data.attempt > 1 ? `, attempt ${data.attempt}` : ''
  const attempt = data.attempt ?? 1
  switch (type) {
    case 'execution_started':
      return info('Execution started')
    case 'attempt_started':
      return info(`Started${again}`)
    case 'attempt_succeeded':
      return info(
        `${data.sampled ? 'Completed with a sample' : 'Completed'}${again}` +
          (data.branch === undefined ? '' : `, took branch ${data.branch}`) +
          (data.output ? `, ${formatBytes(data.output.bytes)}` : ''),
      )
    case 'attempt_failed':
      return error(`Attempt ${attempt} failed: ${data.failure?.message ?? 'no reason given'}`)
    case 'attempt_cancelled':
      return warn(`Attempt ${attempt} stopped`)
    case 'retry_scheduled':
      return warn(`Attempt ${attempt} comes in ${formatDuration(Math.max(0, (parseMicros(data.due) ?? at) - at))}`)
    case 'retry_due':
      return info(`Attempt ${attempt} is due`)
    case 'step_failed':
      return error(
        data.error ? `Failed for good, step ${data.error.position} of ${data.error.total}` : 'Failed for good',
      )
    case 'step_defaulted':
      return warn('Failed; its policy’s default value stands in')
    case 'step_skipped':
      return info(`Skipped: ${skipText(data.reason, names)}`)
    case 'cancel_requested': {
      const why = typeof data.reason === 'string' ? `: ${data.reason}` : ''
      return warn(`${data.by ?? 'Somebody'} asked to stop${why}`)
    }
    case 'deadline_reached':
      return error(`The workflow’s timeout of ${formatDuration((data.timeout_ms ?? 0) * 1000)} ran out`)
    case 'resumed':
      return warn('Heddle started again and took the execution up where it was')
    case 'execution_completed':
      return info('Execution completed')
    case 'execution_failed':
      return error(`Execution failed: ${data.failure?.message ?? 'no reason given'}`)
    case 'execution_cancelled':
      return warn('Execution cancelled')
    default:
      return info(type.replaceAll('_', ' '))
  }
}

const info = (text: string) => ({ level: 'info' as const, text })
const warn = (text: string) => ({ level: 'warn' as const, text })
const error = (text: string) => ({ level: 'error' as const, text })

function skipText(reason: EventData['reason'], names: Names): string {
  if (typeof reason !== 'object') return 'no reason given'
  switch (reason.why) {
    case 'condition_false':
      return `its condition was false (${reason.detail.expression})`
    case 'branch_not_taken':
      return 'no branch led to it'
    case 'upstream_failed':
      return `${names.get(reason.detail.step) ?? reason.detail.step}, which it needs, failed`
  }
}

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
        (names.get(entry.step ?? '') ?? '').toLowerCase().includes(wanted)),
  )
}
