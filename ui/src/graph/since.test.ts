import { expect, test } from 'vitest'

import { since, sinceWords } from './since'
import { flow, withStepChange } from './testing'

test('steps are changed, removed and added; moving one is no change', () => {
  const earlier = flow('a>b b>c')
  let now = withStepChange(earlier, 'a', { position: { x: 900, y: 900 } })
  now = withStepChange(now, 'b', { when: 'true' })
  now = { ...now, steps: [...now.steps.filter((step) => step.id !== 'c'), ...flow('d e').steps] }
  const found = since(earlier, now)
  expect([...found.steps]).toEqual([['b', 'changed'], ['c', 'removed']])
  expect(sinceWords(found)).toBe('1 changed, 1 removed, 2 added since')
  expect(sinceWords(since(earlier, earlier))).toBe('')
})
