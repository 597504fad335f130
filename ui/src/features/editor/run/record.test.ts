import { expect, test } from 'vitest'

import { flow, withStepChange } from '@/graph/testing'

import { recordedIn, replayOf } from './record'

test('every step but the recorded ones asks its agent', () => {
  const document = flow('a>b b>c')
  expect(replayOf(document, 'exec-1', ['b'])).toEqual({ of: 'exec-1', steps: { a: 'live', c: 'live' } })
})

test('a pin goes before the record, and steps that are gone are nothing to replay', () => {
  const document = withStepChange(flow('a>b'), 'b', { pin: null })
  expect(recordedIn(document, new Set(['a', 'b', 'gone']))).toEqual(['a'])
})
