import { expect, test } from 'vitest'

import { parseJson } from '@/api/json'

import { brief } from './brief'

const text = (value: unknown, room?: number) => brief(value, room).map((part) => part.text).join('')

test('numbers are shown to the letter', () => {
  expect(text(parseJson('12345678901234567890'))).toBe('12345678901234567890')
  expect(text(parseJson('{"n": 1.0}'))).toBe('{ n: 1.0 }')
})

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['', '""'],
  [[], '[]'],
  [{}, '{}'],
  [['a', 'b'], '["a", "b"]'],
  [[{ a: 1 }, { a: 2 }], '[2 items]'],
  [{ id: 'x', tags: ['a'], who: { a: 1, b: 2 } }, '{ id: "x", tags: [1], who: {2} }'],
])('%j reads %s', (value, expected) => expect(text(value)).toBe(expected))

test('what does not fit is counted, and a long text never takes more room than there is', () => {
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`field_${n}`, n]))
  expect(text(wide, 40)).toMatch(/^\{ field_0: 0, field_1: 1, \+38 \}$/)
  expect(text('x'.repeat(1_000_000), 80).length).toBeLessThan(60)
})
