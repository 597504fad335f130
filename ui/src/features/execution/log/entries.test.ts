import { expect, test } from 'vitest'

import type { Event } from '@/api/types'

import { entriesOf, filterEntries, growingEntries, nameIn } from './entries'

const names = new Map([
  ['a', 'Analyzer'],
  ['b', 'Customer Data'],
])
const at = '2026-11-20T12:00:00.000000Z'
const event = (seq: number, type: string, data?: unknown) =>
  ({ seq, at, kind: (data === undefined ? { type } : { type, data }) as Event['kind'] }) as Event
const texts = (...events: Event[]) =>
  events.flatMap((one) => entriesOf(one, names)).map((entry) => `${entry.level} ${entry.text}`)

test.each([
  ['execution_started', {}, 'info Execution started'],
  ['attempt_started', { step: 'a', attempt: 1 }, 'info Started'],
  ['attempt_started', { step: 'a', attempt: 2 }, 'info Started, attempt 2'],
  [
    'attempt_succeeded',
    { step: 'a', attempt: 1, branch: 'yes', output: { bytes: 1400 } },
    'info Completed, took branch yes, 1.4 KiB',
  ],
  [
    'attempt_succeeded',
    { step: 'a', attempt: 1, sampled: true, output: { bytes: 2 } },
    'info Completed with a sample, 2 B',
  ],
  ['attempt_failed', { step: 'a', attempt: 1, failure: { message: 'Too slow.' } }, 'error Attempt 1 failed: Too slow.'],
  ['retry_scheduled', { step: 'a', attempt: 2, due: '2026-11-20T12:00:01.5Z' }, 'warn Attempt 2 comes in 1.5 s'],
  ['step_failed', { error: { step: 'b', position: 2, total: 3 } }, 'error Failed for good, step 2 of 3'],
  [
    'step_skipped',
    { step: 'b', reason: { why: 'upstream_failed', detail: { step: 'a' } } },
    'info Skipped: Analyzer, which it needs, failed',
  ],
  ['cancel_requested', { by: 'studio', reason: 'Wrong ticket' }, 'warn studio asked to stop: Wrong ticket'],
  ['clock_set_back', { by_ms: 90_000 }, 'warn The clock of this machine was set back by 1 min 30 s; the times here go on from where they were'],
  ['deadline_reached', { timeout_ms: 90_000 }, 'error The workflow’s timeout of 1 min 30 s ran out'],
  [
    'step_skipped',
    { step: 'b', reason: { why: 'join_out_of_reach', detail: { live: 1, needed: 2 } } },
    'info Skipped: fewer than the 2 wires it waits for could be followed',
  ],
  ['step_skipped', { step: 'b', reason: { why: 'nothing_to_undo' } }, 'info Skipped: there was nothing to undo'],
  [
    'attempt_succeeded',
    { step: 'a', attempt: 1, source: 'cache', output: { bytes: 2 } },
    'info Answered from the cache, 2 B',
  ],
  ['pool_wait', { step: 'a', attempt: 1, pool: 'openai' }, 'info Waits for a place in the pool openai'],
  [
    'turn_ended',
    { step: 'a', attempt: 1, turn: 2, again: true },
    'info Turn 3 ended; its condition asks for another',
  ],
  ['approval_requested', { step: 'a', attempt: 1, message: 'Refund?' }, 'warn Waits for a person: Refund?'],
  [
    'approval_decided',
    { step: 'a', attempt: 1, decision: 'rejected', by: 'Ada', comment: 'too much' },
    'info Rejected by Ada: too much',
  ],
  [
    'approval_decided',
    { step: 'a', attempt: 1, decision: 'approved', by: 'deadline' },
    'info Approved by itself, since the deadline passed',
  ],
  [
    'breakpoint_released',
    { step: 'a', attempt: 1, step_over: true, input: { bytes: 2 } },
    'info Let go to the next step, with an edited value',
  ],
  [
    'compensation_started',
    { steps: ['b', 'a'] },
    'warn What had been done is undone, in this order: Customer Data, Analyzer',
  ],
  [
    'execution_started',
    { from: 'exec-1', inherited: [{ step: 'a' }] },
    'info Execution started from exec-1, taking over 1 output',
  ],
  ['resumed', undefined, 'warn Heddle started again and took the execution up where it was'],
])('%s %j reads %j', (type, data, line) => expect(texts(event(1, type, data))).toEqual([line]))

test('what an agent said stands before the event that brought it, under its step', () => {
  const log = [{ level: 'warn', text: 'no date' }]
  const entries = entriesOf(event(4, 'attempt_succeeded', { step: 'a', attempt: 1, log, output: { bytes: 2 } }), names)
  expect(entries.map(({ key, step, from, text }) => [key, step, from, text])).toEqual([
    ['4.0', 'a', 'agent', 'no date'],
    ['4', 'a', 'event', 'Completed, 2 B'],
  ])
})

test('lines are filtered by level, step and text', () => {
  const entries = [
    event(1, 'attempt_started', { step: 'a', attempt: 1 }),
    event(2, 'attempt_failed', { step: 'b', attempt: 1, failure: { message: 'Boom' } }),
    event(3, 'retry_scheduled', { step: 'b', attempt: 2 }),
  ].flatMap((one) => entriesOf(one, names))
  const keys = (filter: Parameters<typeof filterEntries>[1]) =>
    filterEntries(entries, filter, names).map((entry) => entry.key)
  expect(keys({ level: 'info', text: '' })).toEqual(['1', '2', '3'])
  expect(keys({ level: 'warn', text: '' })).toEqual(['2', '3'])
  expect(keys({ level: 'error', text: '' })).toEqual(['2'])
  expect(keys({ level: 'info', step: 'a', text: '' })).toEqual(['1'])
  expect(keys({ level: 'info', text: 'CUSTOMER' })).toEqual(['2', '3'])
  expect(keys({ level: 'info', text: ' boom ' })).toEqual(['2'])
})

test('of a log that grows each line is made once', () => {
  const events = [event(1, 'resumed'), event(2, 'attempt_started', { step: 'a', attempt: 1 }), event(3, 'execution_cancelled')]
  const entriesSoFar = growingEntries()
  const two = entriesSoFar(events.slice(0, 2), names)
  const three = entriesSoFar(events, names)
  expect(three).toEqual(events.flatMap((one) => entriesOf(one, names)))
  expect(three[1]).toBe(two[1])
  expect(entriesSoFar(events, names)).toBe(three)
  expect(entriesSoFar(events, new Map([['a', 'Renamed']]))[1]).not.toBe(two[1])
  expect(entriesSoFar(events.slice(2), names).map((entry) => entry.key)).toEqual(['3'])
})

test.each([
  ['a', 'Analyzer'],
  ['b[0]', 'Turn 1 · Customer Data'],
  ['b[11]', 'Turn 12 · Customer Data'],
  ['b[0]/inner', 'b[0]/inner'],
  ['gone[1]', 'gone[1]'],
])('%s is called %s', (path, name) => expect(nameIn(names, path)).toBe(name))
