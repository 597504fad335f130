import { expect, test } from 'vitest'

import { draftOf, limitsOf } from './storage'

test('what was not touched is kept to the byte, and what is emptied has no limit', () => {
  const before = { max_executions: 10_000, max_bytes: 10_737_418_240 }
  const draft = draftOf(before)
  expect(draft).toEqual({ days: '', executions: 10_000, gibibytes: 10 })
  expect(limitsOf(draft, before)).toEqual(before)
  expect(limitsOf({ ...draft, days: 30, executions: '' }, before)).toEqual({ max_age_days: 30, max_bytes: 10_737_418_240 })
  expect(limitsOf({ ...draft, gibibytes: 2.5 }, before)).toEqual({ max_executions: 10_000, max_bytes: 2_684_354_560 })
})
