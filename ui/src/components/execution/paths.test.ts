import { expect, test } from 'vitest'

import { inFallback, ownStepOf } from './paths'

test.each([
  ['analyze', 'analyze', false],
  ['each[3]', 'each', false],
  ['each[3]/analyze', 'each', false],
  ['sub~2/analyze', 'sub', false],
  ['~fallback/notify', '~fallback/notify', true],
])('%s', (path, own, fallback) => {
  expect([ownStepOf(path), inFallback(path)]).toEqual([own, fallback])
})
