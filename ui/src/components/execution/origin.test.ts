import { expect, test } from 'vitest'

import { originsOf } from './origin'

const words = (given: Parameters<typeof originsOf>[0]) => originsOf(given).map(({ word, of }) => `${word} ${of}`)

test('a resumed execution is told from a forked one, a retry of either says both', () => {
  expect(words({ forked_from: 'a' })).toEqual(['resumed a'])
  expect(words({ retry_of: 'b', forked_from: 'a', forked_at: 'ask', forked_at_name: 'Ask' })).toEqual(['retry b', 'fork at Ask a'])
  expect(words({ forked_from: 'a', forked_at: 'gone' })).toEqual(['fork at gone a'])
  expect(words({ replay_of: 'c' })).toEqual(['replay c'])
  expect(words({})).toEqual([])
})
