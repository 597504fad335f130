import { expect, test } from 'vitest'

import { attempt, step } from '@/components/timeline/fixtures'

import { wireFlow } from './wireFlow'

const done = step('a', 1, [attempt(1, { queued: 0, started: 0, ended: 5 })], { status: 'completed' })
const after = step('b', 2, [], { status: 'completed' })

test('data went along a wire from a step that completed, unless the condition on it was false', () => {
  expect(wireFlow({ id: 'e1' }, done, after)).toBe('done')
  expect(wireFlow({ id: 'e1' }, { ...done, not_taken: ['e1'] }, after)).toBe('off')
  expect(wireFlow({ id: 'e1' }, done, { ...after, status: 'running' })).toBe('live')
  expect(wireFlow({ id: 'e1' }, { ...done, status: 'running' }, after)).toBeUndefined()
  expect(wireFlow({ id: 'e1' }, undefined, undefined)).toBeUndefined()
})

test('of branches only the chosen one is followed, and no plain wire after a refusal', () => {
  expect(wireFlow({ id: 'e1', branch: 'high' }, { ...done, branch: 'high' }, after)).toBe('done')
  expect(wireFlow({ id: 'e1', branch: 'low' }, { ...done, branch: 'high' }, after)).toBe('off')
  expect(wireFlow({ id: 'e1' }, { ...done, kind: 'approval', branch: 'rejected' }, after)).toBe('off')
})

test('a failure takes the error branch alone', () => {
  const failed = { ...done, status: 'failed' } as const
  expect(wireFlow({ id: 'e1', branch: 'error' }, failed, after)).toBe('done')
  expect(wireFlow({ id: 'e1' }, failed, after)).toBe('off')
  expect(wireFlow({ id: 'e1', branch: 'error' }, done, after)).toBe('off')
})

test('a wire to a step that undoes another is followed when it does', () => {
  const undo = { id: 'e1', branch: 'compensate' }
  expect(wireFlow(undo, done, after)).toBe('done')
  expect(wireFlow(undo, done, { ...after, status: 'skipped' })).toBe('off')
  expect(wireFlow(undo, done, { ...after, status: 'pending' })).toBeUndefined()
})
