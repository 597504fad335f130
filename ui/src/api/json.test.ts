import { expect, test } from 'vitest'

import { isLossless, parseAnswer, parseJson, toJson } from './json'

test.each([
  '12345678901234567890',
  '1.0',
  '-0',
  '1e400',
  '0.1000000000000000055511151231257827',
  '[1,2.5,null,true,"€ 😀 \\n"]',
  '{"z":1,"a":{"deep":[[[{}]]]},"":""}',
])('%s comes out as it went in', (text) => {
  expect(toJson(parseJson(text))).toBe(text)
})

test('a number that survives is a plain number, one that does not is kept as text', () => {
  expect(parseJson('42')).toBe(42)
  expect(isLossless(parseJson('9007199254740993'))).toBe(true)
})

test('our own fields are plain numbers, the users’ values keep their letters', () => {
  const answer = parseAnswer('{"position":{"x":24.0,"y":1e2},"config":{"limit":1.0},"list":[2.0]}') as {
    position: { x: number; y: number }
    list: number[]
  }
  expect(answer.position).toEqual({ x: 24, y: 100 })
  expect(answer.list).toEqual([2])
  expect(toJson(answer)).toContain('"config":{"limit":1.0}')
})

test('the last of two equal keys wins, as everywhere else', () => {
  expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 })
})

test.each([
  '{"input":{"a":[1.0,-0,1e400,"1.0",{"b":12345678901234567890}]},"x":"\\"1.0\\\\"}',
  '[{"sample":-1.50},"a\\\\",{"config":0e5}]',
  '{"output":1.0}',
  '"1.0"',
])('an answer keeps what is the users’ own: %s', (text) => {
  expect(toJson(parseAnswer(text))).toBe(text)
})

test('an answer that is cut off is refused', () => {
  for (const text of ['', '{"a":1.0', '{"a":"1.0', '[1.0,', '{"a":1.0}}', '[01]', '[1.]', '[-]', '[1e]']) {
    expect(() => parseAnswer(text), text).toThrow()
  }
})
