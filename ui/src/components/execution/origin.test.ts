import { expect, test } from 'vitest'

import { originsOf } from './origin'

const options = { debug: false, step_over: false, bypass_cache: false }
const words = (given: Parameters<typeof originsOf>[0]) => originsOf(given).map(({ word, of }) => `${word} ${of}`)

test('a resumed execution is told from a forked one, a retry of either says both', () => {
  expect(words({ forked_from: 'a', options: { ...options, fork: { of: 'a' } } })).toEqual(['resumed a'])
  expect(words({ retry_of: 'b', forked_from: 'a', options: { ...options, fork: { of: 'a', step: 'ask' } } })).toEqual(['retry b', 'fork at ask a'])
  expect(words({ replay_of: 'c', options })).toEqual(['replay c'])
  expect(words({ options })).toEqual([])
})

test('a list knows less', () => {
  expect(words({ forked_from: 'a' })).toEqual(['goes on a'])
})
