import { expect, test } from 'vitest'

import { rowsOf, withRow } from './rows'

const schema = {
  type: 'object',
  title: 'Ticket',
  properties: { id: { type: 'string', pattern: '^T', description: 'Its number' }, body: { type: 'string', 'x-editor': 'text' }, any: {} },
  required: ['id', 'gone'],
  additionalProperties: false,
}

test('an object schema is read as rows', () => {
  expect(rowsOf(schema)).toEqual([
    { name: 'id', type: 'string', required: true, description: 'Its number' },
    { name: 'body', type: 'text', required: false, description: '' },
    { name: 'any', type: 'any', required: false, description: '' },
  ])
  expect(rowsOf(undefined)).toEqual([])
})

test.each([[{ type: 'array' }], [true], [{ oneOf: [] }], [{ type: ['object', 'null'] }]])('%j is not rows', (schema) => {
  expect(rowsOf(schema)).toBeNull()
})

test('renaming a field keeps its place, its keywords, and that it is required', () => {
  const next = withRow(schema, 0, { name: 'number', type: 'string', required: true, description: 'Its number' })
  expect(Object.keys(next['properties'] as object)).toEqual(['number', 'body', 'any'])
  expect(next).toMatchObject({
    title: 'Ticket',
    additionalProperties: false,
    required: ['number', 'gone'],
    properties: { number: { pattern: '^T' } },
  })
})

test('keywords of the old type go with it', () => {
  const next = withRow(schema, 0, { name: 'id', type: 'integer', required: false, description: 'Its number' })
  expect(next).toMatchObject({ properties: { id: { type: 'integer', description: 'Its number' } }, required: ['gone'] })
  expect(next['properties']).not.toHaveProperty('id.pattern')
})

test('fields are added behind the last and removed', () => {
  const added = withRow(undefined, 0, { name: 'x', type: 'text', required: true, description: '' })
  expect(added).toEqual({ type: 'object', properties: { x: { type: 'string', 'x-editor': 'text' } }, required: ['x'] })
  expect(withRow(added, 0, null)).toEqual({ type: 'object', properties: {} })
})
