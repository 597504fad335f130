import { expect, test } from 'vitest'

import { expressionAt, printLiteral, readLiteral, withExpressionAt } from './literal'

test('an object literal is read entry by entry, whatever stands in the values', () => {
  const text = ' {"id": steps.a.output.id, "note": f(x, {"a": 1}) ? "a, b: c" : \'d\', \'plain\': [1, 2],} '
  expect(readLiteral(text)).toEqual([
    { key: 'id', expression: 'steps.a.output.id' },
    { key: 'note', expression: 'f(x, {"a": 1}) ? "a, b: c" : \'d\'' },
    { key: 'plain', expression: '[1, 2]' },
  ])
})

test.each(['input', '{"a": 1}.a', '{a: 1}', '{"a": }', '{"a": 1', '{} + {}', '{"a": 1] }'])('%s is not taken for one', (text) =>
  expect(readLiteral(text)).toBeNull(),
)

test('what is printed reads back the same', () => {
  const entries = [{ key: 'odd "name"', expression: 'input["x"]' }, { key: 'b', expression: '{"c": 1}' }]
  expect(readLiteral(printLiteral(entries))).toEqual(entries)
})

test('a field within a field is mapped, changed and removed without touching its neighbours', () => {
  const one = withExpressionAt(undefined, ['address', 'city'], 'input.city')?.text
  expect(one).toBe('{"address": {"city": input.city}}')
  const two = withExpressionAt(one, ['name'], 'input.name')?.text
  expect(expressionAt(two, ['address', 'city'])).toBe('input.city')
  expect(expressionAt(two, ['name'])).toBe('input.name')
  const less = withExpressionAt(two, ['address', 'city'], undefined)?.text
  expect(less).toBe('{"name": input.name}')
  expect(withExpressionAt(less, ['name'], undefined)).toEqual({ text: undefined })
})

test('what comes as a whole is not taken apart', () => {
  expect(withExpressionAt('steps.a.output.customer', ['name'], 'input.name')).toBeNull()
})
