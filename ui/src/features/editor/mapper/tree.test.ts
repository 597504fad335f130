import { expect, test } from 'vitest'

import { parseJson } from '@/api/json'
import type { FlowSource } from '@/api/proof'

import { expressionsOf, rowFor, rowsOf } from './rows'
import { treeOf } from './tree'

const orders: FlowSource = {
  expression: 'steps.shop.output',
  label: 'Shop',
  step: 'shop',
  schema: {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'integer', description: 'Its number' },
      orders: { type: 'array', items: { $ref: '#/$defs/order' } },
      who: { anyOf: [{ type: 'object', properties: { 'full name': { type: 'string' } } }, { type: 'null' }] },
    },
    $defs: { order: { type: 'object', properties: { total: { type: 'number' }, next: { $ref: '#/$defs/order' } } } },
  },
}
const sample = parseJson('{"id": 12345678901234567890, "orders": [{"total": 1.5}, {"total": 2}], "extra": {"seen": true}}')

test('declared fields come with their values to the letter, then what only the sample has', () => {
  const [shop] = treeOf([orders], () => sample)
  const fields = shop?.children() ?? []
  expect(fields.map(({ name, type, required, observed }) => [name, type, required, observed])).toEqual([
    ['id', 'whole number', true, false],
    ['orders', 'list of object', false, false],
    ['who', 'anything', false, false],
    ['extra', 'object', false, true],
  ])
  expect(String(fields[0]?.value)).toBe('12345678901234567890')
  expect(fields[2]?.children()[0]?.expression).toBe('steps.shop.output.who["full name"]')
})

test('of a list there is the first item, and a field of all items at once', () => {
  const [shop] = treeOf([orders], () => sample)
  const list = shop?.children()[1]?.children() ?? []
  expect(list.map((node) => node.expression)).toEqual([
    'steps.shop.output.orders[0]',
    'steps.shop.output.orders.map(each, each.total)',
    'steps.shop.output.orders.map(each, each.next)',
  ])
  expect(list[1]).toMatchObject({ type: 'list of number', value: [1.5, 2] })
})

test('a source without a schema still shows what the sample has', () => {
  const [free] = treeOf([{ expression: 'input', label: 'Workflow input', schema: true }], () => ({ a: { b: 1 } }))
  expect(free).toMatchObject({ known: false })
  expect(rowsOf([free!], new Map()).map((row) => row.node.expression)).toEqual(['input', 'input.a', 'input.a.b'])
})

test('a schema that refers to itself ends, folded and searched', () => {
  const loop = { $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } }, $ref: '#/$defs/n' }
  const tree = treeOf([{ expression: 'input', label: 'Input', schema: loop }], () => undefined)
  expect(rowsOf(tree, new Map()).length).toBeLessThan(10)
  expect(rowsOf(tree, new Map(), 'next').length).toBeLessThan(10)
  expect(expressionsOf(tree).length).toBeLessThan(10)
})

test('a search shows the matches and what leads to them, and nothing else', () => {
  const tree = treeOf([orders], () => sample)
  expect(rowsOf(tree, new Map(), 'seen').map((row) => row.node.name)).toEqual(['shop', 'extra', 'seen'])
  expect(rowsOf(tree, new Map(), 'no such field')).toEqual([])
})

test('folding a source hides its fields; its wire then begins at the source', () => {
  const tree = treeOf([orders], () => sample)
  const rows = rowsOf(tree, new Map([['steps.shop.output', false]]))
  expect(rows).toHaveLength(1)
  const places = new Map(rows.map((row, at) => [row.node.expression, at]))
  expect(rowFor(['steps', 'steps.shop', 'steps.shop.output', 'steps.shop.output.id'], places)).toBe(0)
  expect(rowFor(['input', 'input.x'], places)).toBeUndefined()
})
