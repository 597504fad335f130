import { expect, test } from 'vitest'

import { attempt, execution, instant, step, timeout, ZERO } from './fixtures'
import { type Row, rowsOf } from './rows'

/** The segments of a row as `kind#attempt start-end outcome`, instants relative to the start. */
function drawn(row: Row | undefined): string[] {
  return (row?.segments ?? []).map((segment) => {
    const end = segment.end === undefined ? '' : String(segment.end - ZERO)
    return `${segment.kind}#${segment.attempt} ${segment.start - ZERO}-${end} ${segment.outcome}`
  })
}

test('a retried step shows the slot it waited for, the failure, the pause and the attempt that succeeded', () => {
  const failed = attempt(1, { queued: 10, started: 30, ended: 400, due: 900 }, { status: 'failed', failure: timeout })
  const { rows, origin, end } = rowsOf(
    execution('completed', [step('a', 1, [failed, attempt(2, { queued: 900, started: 910, ended: 1200 })])], 1200),
  )
  expect(origin).toBe(ZERO)
  expect(end).toBe(ZERO + 1200)
  expect(drawn(rows[0])).toEqual([
    'queued#1 10-30 completed',
    'running#1 30-400 failed',
    'backoff#1 400-900 completed',
    'queued#2 900-910 completed',
    'running#2 910-1200 completed',
  ])
  expect(rows[0]?.segments[1]?.failure).toEqual({ code: 'timeout', message: 'took longer than 4 s' })
})

test('what has not ended is open', () => {
  const failed = attempt(1, { queued: 0, started: 0, ended: 400, due: 900 }, { status: 'failed', failure: timeout })
  const steps = [
    step('running', 1, [attempt(1, { queued: 5, started: 7 })]),
    step('pausing', 2, [failed], { status: 'waiting' }),
    step('queued', 3, [attempt(1, { queued: 9 })]),
    step('pending', 4, []),
  ]
  const { rows, end } = rowsOf(execution('running', steps))
  expect(end).toBeUndefined()
  expect(rows.map(drawn)).toEqual([
    ['queued#1 5-7 completed', 'running#1 7- open'],
    ['running#1 0-400 failed', 'backoff#1 400- open'],
    ['queued#1 9- open'],
    [],
  ])
})

test('attempts without an end are closed by the next attempt or by the end of the execution', () => {
  const cut = attempt(1, { queued: 0, started: 0 }, { status: 'cancelled' })
  const steps = [
    step('crashed', 1, [cut, attempt(2, { queued: 700, started: 700, ended: 800 })]),
    step('outlived', 2, [attempt(1, { queued: 20, started: 30 }, { status: 'cancelled' })], { status: 'cancelled' }),
  ]
  const { rows } = rowsOf(execution('cancelled', steps, 900))
  expect(rows.map(drawn)).toEqual([
    ['running#1 0-700 cancelled', 'running#2 700-800 completed'],
    ['queued#1 20-30 completed', 'running#1 30-900 cancelled'],
  ])
})

test('a call that a crash cut short is seen apart from the one that took its place', () => {
  const interrupted = [
    { started_at: instant(20), taken_up_at: instant(300) },
    { started_at: instant(310), taken_up_at: instant(500) },
  ]
  const steps = [
    step('again', 1, [attempt(1, { queued: 10, started: 500, ended: 800 }, { interrupted })]),
    step('pooled', 2, [attempt(1, { queued: 10 }, { interrupted: interrupted.slice(0, 1), pool: { name: 'narrow', since: instant(320) } })]),
  ]
  expect(rowsOf(execution('running', steps)).rows.map(drawn)).toEqual([
    ['queued#1 10-20 completed', 'interrupted#1 20-300 cancelled', 'queued#1 300-310 completed', 'interrupted#1 310-500 cancelled', 'running#1 500-800 completed'],
    ['queued#1 10-20 completed', 'interrupted#1 20-300 cancelled', 'queued#1 300-320 completed', 'pool#1 320- open'],
  ])
})

test('a pause that the end of the execution cut short ends with it', () => {
  const failed = attempt(1, { queued: 0, started: 0, ended: 400, due: 90_000 }, { status: 'failed', failure: timeout })
  const { rows } = rowsOf(execution('cancelled', [step('a', 1, [failed], { status: 'cancelled' })], 600))
  expect(drawn(rows[0])).toEqual(['running#1 0-400 failed', 'backoff#1 400-600 completed'])
})

test('a wait step waits, it does not run', () => {
  const { rows } = rowsOf(
    execution('completed', [step('a', 1, [attempt(1, { queued: 0, started: 0, ended: 500 })], { kind: 'wait' })], 500),
  )
  expect(drawn(rows[0])).toEqual(['waiting#1 0-500 completed'])
})

test('rows stand in topological order', () => {
  const { rows } = rowsOf(execution('running', [step('c', 3, []), step('a', 1, []), step('b', 2, [])]))
  expect(rows.map((row) => row.id)).toEqual(['a', 'b', 'c'])
})

test('steps that are still to come have a row that counts them', () => {
  const some = { ...execution('running', [step('a', 1, []), step('b', 2, [])]), total_steps: 1_202, next: 'b' }
  const rows = rowsOf(some).rows
  expect(rows.map((row) => row.name)).toEqual(['a', 'b', '1,200 more are on their way'])
  expect(rows.at(-1)?.more).toEqual({ after: 'b', left: 1_200 })
})
