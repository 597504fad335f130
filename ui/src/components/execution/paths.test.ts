import { expect, test } from 'vitest'

import { inFallback, ownStepOf, placeOf } from './paths'

test.each([
  ['analyze', 'analyze', false],
  ['each[3]', 'each', false],
  ['each[3]/analyze', 'each', false],
  ['sub~2/analyze', 'sub', false],
  ['~fallback/notify', '~fallback/notify', true],
])('%s', (path, own, fallback) => {
  expect([ownStepOf(path), inFallback(path)]).toEqual([own, fallback])
})

test('what waits within loops is called by its turns', () => {
  const turn = { path: 'each[2]', name: 'Each item', parent: 'each', turn: 2 }
  const ask = { path: 'each[2]/ask', name: 'Ask', parent: 'each[2]' }
  expect([turn, ask, { path: 'ask', name: 'Ask' }].map((step) => placeOf(step, [turn, ask]))).toEqual(['Each item, turn 3', 'Ask, turn 3 of Each item', 'Ask'])
})
