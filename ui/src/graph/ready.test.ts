import { expect, test } from 'vitest'

import { readyConditions, type Subject } from './ready'

const expressions = (subject: string, fields: Subject[]) => readyConditions(subject, fields).map(({ expression }) => expression)

test('conditions ask the fields they fit: texts for what they contain, lists for their errors', () => {
  const fields = [
    { expression: 'item', type: 'object' },
    { expression: 'item.text', type: 'text' },
    { expression: 'item.rows', type: 'list of object' },
  ]
  expect(expressions('item', fields)).toEqual([
    'item.text.contains("…")',
    'item.rows.filter(each, each == null).size() < 3',
    'item.text.size() > 0',
  ])
})

test('a counted error is asked as it is; where nothing is known the whole is asked', () => {
  expect(expressions('item', [{ expression: 'item.error_count', type: 'whole number' }])[1]).toBe('item.error_count < 3')
  expect(expressions('input', [])).toEqual([
    'input.contains("…")',
    'input.filter(each, each == null).size() < 3',
    'input.size() > 0',
  ])
})
