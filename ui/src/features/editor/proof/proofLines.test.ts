import { expect, test } from 'vitest'

import { proofLines } from './proofLines'

/** The lines as text: refused places begin with `✗`, missing ones with `+`. */
function drawn(value: string, ...paths: string[]): string[] {
  const sign = { bad: '✗ ', missing: '+ ' }
  return proofLines(value, paths).map(({ depth, text, mark, aside = '' }) => '  '.repeat(depth) + (mark ? sign[mark] : '') + text + aside)
}

test('a small value takes one line, to the letter; a longer one is opened', () => {
  expect(drawn('{"a":1.0,"b":[12345678901234567890]}')).toEqual(['{ "a": 1.0, "b": [12345678901234567890] }'])
  expect(drawn('{"a":1.0,"b":[12345678901234567890,"x, y"],"c":{}}')).toEqual([
    '{',
    '  "a": 1.0,',
    '  "b": [12345678901234567890, "x, y"],',
    '  "c": {}',
    '}',
  ])
})

test('the refused place is marked and stands on a line of its own', () => {
  expect(drawn('{"id":7,"amount":"99.99 USD"}', '/amount')).toEqual(['{', '  "id": 7,', '  ✗ "amount": "99.99 USD"', '}'])
  expect(drawn('"text"', '')).toEqual(['✗ "text"'])
})

test('what is missing is named where it would stand, also deep inside', () => {
  expect(drawn('{"priority":0}', '/customer_id')).toEqual(['{', '  "priority": 0', '  + customer_id', '}'])
  expect(drawn('{"a":{"b":{}}}', '/a/b/c~1d')).toEqual(['{', '  "a": {', '    "b": {', '      + c/d', '    }', '  }', '}'])
})

test('what is not the trouble is summed up when it is long', () => {
  const value = '{"ticket":{"id":"TICK-48213","text":"charged twice for the support add-on"},"amount":"99 USD","tags":[]}'
  expect(drawn(value, '/amount')).toEqual(['{', '  "ticket": { … 2 fields },', '  ✗ "amount": "99 USD",', '  "tags": []', '}'])
  expect(drawn(value)[1]).toBe('  "ticket": {')
})

test('any item of a list is the only one, when there is one', () => {
  expect(drawn('{"tags":["x"]}', '/tags/*')).toEqual(['{', '  "tags": [', '    ✗ "x"', '  ]', '}'])
  expect(drawn('{"tags":["x",1]}', '/tags/*')).toEqual(['{', '  "tags": [', '    "x",', '    1', '  ]', '}'])
})

test('a huge value is cut', () => {
  const lines = drawn(JSON.stringify(Array.from({ length: 5_000 }, (_, n) => `item number ${n}`)))
  expect(lines).toHaveLength(401)
  expect(lines.at(-1)).toContain('more lines')
})
