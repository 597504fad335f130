import { expect, test } from 'vitest'

import { inFallback, inLaterAttempt, ownStepOf } from './paths'

test.each([
  ['analyze', 'analyze', false, false],
  ['each[3]', 'each', false, false],
  ['each[3]/analyze', 'each', false, false],
  ['sub~2/analyze', 'sub', false, true],
  ['~fallback/notify', '~fallback/notify', true, false],
])('%s', (path, own, fallback, later) => {
  expect([ownStepOf(path), inFallback(path), inLaterAttempt(path)]).toEqual([own, fallback, later])
})
