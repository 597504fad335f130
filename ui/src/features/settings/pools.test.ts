import { expect, test } from 'vitest'

import { nameProblem, poolsOf, rowsOf, samePools } from './pools'

test('rows stand in the order of names, and give back what they were made from', () => {
  const pools = { openai: { slots: 4, requests_per_minute: 500 }, 'a database': { slots: 1 }, open: {} }
  const rows = rowsOf(pools)
  expect(rows.map((row) => row.name)).toEqual(['a database', 'open', 'openai'])
  expect(poolsOf(rows)).toEqual(pools)
})

test('limits that are taken away, and blanks around a name, are not kept', () => {
  expect(poolsOf([{ key: 0, name: ' crm ', slots: null, tokens_per_minute: 10 }])).toEqual({ crm: { tokens_per_minute: 10 } })
})

test('a name is there, and only once', () => {
  const rows = [
    { key: 0, name: 'crm' },
    { key: 1, name: 'crm ' },
    { key: 2, name: '  ' },
    { key: 3, name: 'mail' },
  ]
  expect(rows.map((row) => nameProblem(row, rows) === undefined)).toEqual([false, false, false, true])
})

test('the order of pools changes nothing, a limit does', () => {
  expect(samePools({ a: { slots: 1 }, b: {} }, { b: {}, a: { slots: 1 } })).toBe(true)
  expect(samePools({ a: { slots: 1 } }, { a: { slots: 2 } })).toBe(false)
})
