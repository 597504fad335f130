//! The timeline in words: labels on bars, tooltips, and what a screen reader says.

import { STATUS } from '@/components/status'

import type { Row, Segment, Within } from './rows'
import { formatDuration } from './time'

/** How long a segment took, or has taken so far. */
export function lengthOf(segment: Segment, now: number): number {
  return Math.max(0, (segment.end ?? now) - segment.start)
}

/** How long a row's step took from its first possible start to its end, or so far; `undefined` before it could start. */
export function rowLength(row: Row, now: number): number | undefined {
  return row.start === undefined ? undefined : Math.max(0, (row.end ?? now) - row.start)
}

/** Codes that name where the error was rather than the error. */
const ERRORS = new Set([
  'expression',
  'input_schema',
  'output_schema',
  'output_format',
  'config',
  'remote',
  'storage',
  'internal',
])

/** A failure's code in a word or two: `rate_limited` → `rate limited`, `remote` → `remote error`. */
export function reasonOf(code: string): string {
  if (code === 'agent_failed') return 'failed'
  const words = code.replaceAll('_', ' ')
  return ERRORS.has(code) ? `${words} error` : words
}

/** Where an answer comes from, if not from the agent. */
const SOURCE: Record<Exclude<Segment['source'], 'agent'>, string> = { cache: 'cached', record: 'recorded', pin: 'pinned' }

/** The text on a bar; empty where the look says it all. */
export function barLabel(segment: Segment, attempts: number, now: number): string {
  const length = formatDuration(lengthOf(segment, now))
  const which = attempts > 1 ? `attempt ${segment.attempt} · ` : ''
  switch (segment.kind) {
    case 'queued':
    case 'backoff':
      return ''
    case 'pool':
      return `waiting for ${segment.pool ?? 'a place'}`
    case 'person':
      return segment.outcome === 'open' ? `waits for you ${length}` : `waited for a person ${length}`
    case 'waiting':
      return `waiting ${length}`
    case 'interrupted':
      return 'interrupted'
    case 'running':
      if (segment.outcome === 'failed') return segment.failure ? reasonOf(segment.failure.code) : 'failed'
      if (segment.held) return `${which}held`
      if (segment.outcome === 'open') return `${which}running ${length}`
      if (segment.outcome === 'cancelled') return 'stopped'
      if (segment.source !== 'agent') return SOURCE[segment.source]
      return segment.sampled ? `sample · ${length}` : `${which}${length}`
  }
}

/** What a segment was, as a heading. */
export function segmentTitle(segment: Segment, attempts: number): string {
  const attempt = attempts > 1 || segment.attempt > 1 ? `attempt ${segment.attempt}` : ''
  const what = (() => {
    switch (segment.kind) {
      case 'queued':
        return 'Queued'
      case 'backoff':
        return segment.outcome === 'open' ? 'Pauses before the next attempt' : 'Paused before the next attempt'
      case 'pool':
        return `${segment.outcome === 'open' ? 'Waits' : 'Waited'} for a place in the pool ${segment.pool ?? ''}`.trimEnd()
      case 'person':
        return segment.outcome === 'open' ? 'Waits for a person' : 'Waited for a person'
      case 'interrupted':
        return 'Interrupted: Heddle stopped, and later took it up again'
      case 'waiting':
        return segment.outcome === 'open' ? 'Waits' : 'Waited'
      case 'running':
        if (segment.held) return 'Held: what runs within it waits for a person'
        return {
          open: 'Running',
          completed: segment.sampled ? 'Completed with a sample' : segment.source === 'agent' ? 'Completed' : `Completed, ${SOURCE[segment.source]}`,
          failed: 'Failed',
          cancelled: 'Stopped',
        }[segment.outcome]
    }
  })()
  return attempt ? `${what}, ${attempt}` : what
}

/** A row in one sentence. */
export function rowSentence(row: Row, now: number, critical: boolean): string {
  const length = rowLength(row, now)
  const parts = [row.name, STATUS[row.shown].label.toLowerCase()]
  if (length !== undefined) parts.push(`${row.end === undefined ? 'so far ' : ''}${formatDuration(length)}`)
  if (row.inherited) parts.push('taken over')
  if (row.within) parts.push(countsText(row.within))
  if (row.attempts > 1) parts.push(`${row.attempts} attempts`)
  const failed = row.segments.filter((segment) => segment.outcome === 'failed').at(-1)
  if (failed?.failure) parts.push(`${row.status === 'failed' ? '' : 'earlier '}${reasonOf(failed.failure.code)}`)
  if (critical) parts.push('on the critical path')
  return parts.join(', ')
}

/** `40 turns: 38 completed, 2 failed`. */
export function countsText({ total, counts, what }: Within): string {
  const parts = Object.entries(counts).map(([status, count]) => `${count.toLocaleString('en-US')} ${status === 'cancelled' ? 'stopped' : status}`)
  const head = `${total.toLocaleString('en-US')} ${total === 1 ? what.slice(0, -1) : what}`
  return parts.length === 0 ? head : `${head}: ${parts.join(', ')}`
}
