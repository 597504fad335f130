import { describe, expect, test } from 'vitest'

import { JsonError, type JsonNode, parseJson, pathOf } from './json'

/** The text of every scalar and the key of every value, as they will be shown. */
function shown(text: string, node: JsonNode): unknown {
  if (node.kind === 'array') return node.children.map((child) => shown(text, child))
  if (node.kind === 'object') return node.children.map((child) => [child.key, shown(text, child)])
  return text.slice(node.start, node.end)
}

describe('values are kept to the letter', () => {
  test.each([
    ['12345678901234567890', '12345678901234567890'],
    ['1.0', '1.0'],
    ['-0', '-0'],
    ['1e400', '1e400'],
    ['0.1000', '0.1000'],
    ['"caf\\u00e9 \\ud83d\\ude00"', '"caf\\u00e9 \\ud83d\\ude00"'],
    [' null ', 'null'],
    ['[]', []],
    ['{}', []],
    ['[ 1 , [ ] , {"a":{}} ]', ['1', [], [['a', []]]]],
    [
      '{"2":1,"1":2,"2":3}',
      [
        ['2', '1'],
        ['1', '2'],
        ['2', '3'],
      ],
    ],
    [
      '{"":"","a\\"b":true}',
      [
        ['', '""'],
        ['a"b', 'true'],
      ],
    ],
  ])('%s', (text, tree) => expect(shown(text, parseJson(text))).toEqual(tree))
})

test.each([
  '',
  '{',
  '[1,]',
  '{"a":1,}',
  '{"a"}',
  '{a:1}',
  '01',
  '1.',
  '+1',
  'nul',
  '"open',
  '"\n"',
  '1 2',
  '[1]]',
  'NaN',
])('%j is refused', (text) => expect(() => parseJson(text)).toThrow(JsonError))

test('the ranges of containers cover them whole', () => {
  const text = ' {"a": [1, 2]} '
  const root = parseJson(text)
  expect(text.slice(root.start, root.end)).toBe('{"a": [1, 2]}')
  const list = root.children[0]
  expect(text.slice(list?.start, list?.end)).toBe('[1, 2]')
})

test('a hundred thousand levels are no deeper than the stack', () => {
  const depth = 100_000
  let node: JsonNode | undefined = parseJson('['.repeat(depth) + ']'.repeat(depth))
  let levels = 0
  for (; node; node = node.children[0]) levels += 1
  expect(levels).toBe(depth)
})

test('paths are written as expressions write them', () => {
  expect(pathOf(['customer', 'full name', 3, 'id'], 'steps.a.output')).toBe(
    'steps.a.output.customer["full name"][3].id',
  )
  expect(pathOf(['a', 'b'], '')).toBe('a.b')
})
