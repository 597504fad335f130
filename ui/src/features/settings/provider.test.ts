import { expect, test } from 'vitest'

import { baseUrlProblem, keyVariable, trimmed } from './provider'

test.each([
  ['', true],
  ['  ', true],
  ['https://api.example.com/v1', true],
  ['http://127.0.0.1:11434/v1', true],
  ['api.example.com', false],
  ['https://', false],
  ['https://api.example.com/v1/chat/completions', false],
])('base URL %j', (url, fine) => {
  expect(baseUrlProblem(url) === undefined).toBe(fine)
})

test('blank fields are not kept', () => {
  expect(trimmed({ base_url: ' http://x ', model: '  ' })).toEqual({ base_url: 'http://x' })
})

test('a key is named like its variable', () => {
  expect(keyVariable('my-provider')).toBe('MY_PROVIDER')
  expect(keyVariable(' ')).toBe('')
})
