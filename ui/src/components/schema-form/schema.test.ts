import { expect, test } from 'vitest'

import { fieldKind, initialValue, labelOf, resolve, variantOf, type SchemaObject } from './schema'

const kindOf = (schema: SchemaObject) => fieldKind(resolve(schema, schema), schema)

test.each<[string, SchemaObject, string]>([
  ['text', { type: 'string' }, 'text'],
  ['a nullable text', { type: ['string', 'null'] }, 'text'],
  ['a nullable by anyOf', { anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number'],
  ['constants by oneOf', { oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] }, 'choice'],
  ['different shapes', { oneOf: [{ type: 'string' }, { type: 'object' }] }, 'variants'],
  ['an object without a type', { properties: { a: {} } }, 'object'],
  ['anything', {}, 'json'],
  ['several types', { type: ['string', 'number'] }, 'json'],
])('%s', (_, schema, is) => {
  expect(kindOf(schema).is).toBe(is)
})

test('a reference is followed, and words beside it win', () => {
  const root = { $defs: { Name: { type: 'string', title: 'Name', maxLength: 5 } } }
  expect(resolve({ $ref: '#/$defs/Name', title: 'Owner' }, root)).toEqual({ type: 'string', title: 'Owner', maxLength: 5 })
})

test('a reference to itself ends', () => {
  const root = { $ref: '#' }
  expect(resolve(root, root)).toBeDefined()
  const tree = { type: 'object', required: ['child'], properties: { child: { $ref: '#' } } }
  expect(initialValue(tree)).toBeDefined()
})

test('the value to start with has what is required and what has a default', () => {
  const schema = {
    type: 'object',
    required: ['id', 'tags'],
    properties: { id: { type: 'integer', minimum: 3 }, tags: { type: 'array' }, note: { type: 'string' }, on: { default: true } },
  }
  expect(initialValue(schema)).toEqual({ id: 3, tags: [], on: true })
})

test('the variant of a value is told by its constants', () => {
  const variants = ['get', 'post'].map((method) => ({
    title: method,
    schema: { type: 'object', required: ['method'], properties: { method: { const: method } } },
  }))
  expect(variantOf({ method: 'post' }, variants, {})).toBe(1)
  expect(variantOf({}, variants, {})).toBe(0)
})

test('names become labels', () => {
  expect(labelOf('customer_id', {})).toBe('Customer id')
  expect(labelOf('baseUrl', {})).toBe('Base Url')
  expect(labelOf('x', { title: 'Width' })).toBe('Width')
})

test('what need not be there does not begin as null', () => {
  const schema = { type: 'object', required: ['agent'], properties: { agent: { type: 'string' }, when: { type: 'string', default: null } } }
  expect(initialValue(schema)).toEqual({ agent: '' })
})

test('words that are explained read like words, those of the data stay as they are', () => {
  const ours = { oneOf: [{ const: 'least_busy', description: 'The one with the least to do.' }] }
  expect(fieldKind(ours, ours)).toEqual({ is: 'choice', options: [{ value: 'least_busy', label: 'Least busy', help: 'The one with the least to do.' }] })
  const data = { enum: ['in_stock'] }
  expect(fieldKind(data, data)).toEqual({ is: 'choice', options: [{ value: 'in_stock', label: 'in_stock' }] })
})
