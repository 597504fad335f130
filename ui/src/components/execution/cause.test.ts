import { expect, test } from 'vitest'

import type { ErrorRecord, StepView } from '@/api/types'

import { attempt, instant, step } from '../timeline/fixtures'
import { inputThatCaused } from './cause'

const failure = (message: string) => ({ code: 'agent_failed', message, transient: false }) as const
const error = (message: string): ErrorRecord => ({ step: 'each', step_name: 'Each', position: 1, total: 1, attempt: 1, failure: failure(message), input: { hash: 'all', bytes: 9 }, at: instant(0), completed: [] })
const failed = (path: string, parent: string, message: string, more: Partial<StepView> = {}) =>
  step('each', 1, [attempt(1, { queued: 0, started: 0, ended: 1 }, { status: 'failed', failure: failure(message), input: { hash: path, bytes: 1 } })], { path, parent, name: 'Each', ...more })

test('of a loop it is the element whose turn brought it down', () => {
  const within = [failed('each[2]', 'each', 'three is bad', { turn: 2 })]
  expect(inputThatCaused({ error: error('turn 3: three is bad'), failed_within: within })).toEqual({ input: { hash: 'each[2]', bytes: 1 }, where: 'Each, turn 3' })
})

test('it is as deep as it began and something is known', () => {
  const within = [failed('each[2]', 'each', 'Ask: no', { turn: 2 }), failed('each[2]/ask', 'each[2]', 'no', { name: 'Ask' })]
  expect(inputThatCaused({ error: error('turn 3: Ask: no'), failed_within: within })?.where).toBe('Ask, turn 3 of Each')
  const without = [...within.slice(0, 1), { ...within[1]!, attempts: [] }]
  expect(inputThatCaused({ error: error('turn 3: Ask: no'), failed_within: without })?.where).toBe('Each, turn 3')
})

test('else it is the input of the step', () => {
  expect(inputThatCaused({ error: error('no items') })).toEqual({ input: { hash: 'all', bytes: 9 } })
  expect(inputThatCaused({})).toBeUndefined()
})
