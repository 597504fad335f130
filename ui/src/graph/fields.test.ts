import { expect, test } from 'vitest'

import { outputOf, select } from './expressions'
import { fieldsOf, typeWord } from './fields'

const schema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', description: 'Its number' },
    tags: { type: 'array', items: { type: 'string' } },
    'odd name': { $ref: '#/$defs/inner' },
  },
  $defs: { inner: { type: 'object', properties: { deep: { type: ['integer', 'null'] } } } },
}

test('fields are named with the expression that selects them, through references', () => {
  const fields = fieldsOf(schema, 'steps.a.output')
  expect(fields.map(({ expression, type, required }) => [expression, type, required])).toEqual([
    ['steps.a.output.id', 'text', true],
    ['steps.a.output.tags', 'list of text', false],
    ['steps.a.output["odd name"]', 'object', false],
  ])
  expect(fields[2]?.children[0]).toMatchObject({ expression: 'steps.a.output["odd name"].deep', type: 'whole number or nothing' })
})

test('a schema that refers to itself ends', () => {
  const loop = { $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' }
  expect(fieldsOf(loop, 'input')).toHaveLength(1)
})

test.each([
  [undefined, 'anything'],
  [true, 'anything'],
  [{ enum: ['a', 'b'] }, 'choice'],
  [{ type: 'boolean' }, 'yes or no'],
  [{ properties: {} }, 'object'],
])('the type of %j reads %j', (schema, word) => expect(typeWord(schema)).toBe(word))

test('words that expressions keep for themselves are selected all the same', () => {
  expect(select('input', ['in', 0, 'a b'])).toBe('input["in"][0]["a b"]')
  expect(outputOf('good')).toBe('steps.good.output')
  expect(outputOf('not good')).toBe('steps["not good"].output')
})
