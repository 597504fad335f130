import { expect, test } from 'vitest'

import { missingFields, showsNotAll } from './missing'

const schema = {
  type: 'object',
  required: ['note', 'amount', 'who'],
  properties: {
    note: { type: 'string' },
    amount: { $ref: '#/$defs/money' },
    who: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, age: { type: 'integer' } } },
    free: { type: 'string' },
  },
  $defs: { money: { type: 'number' } },
}

test('every required field that is not there is named where it stands', () => {
  expect(missingFields(schema, { k: 1, who: {} }).map(({ path }) => path)).toEqual(['/note', '/amount', '/who/name'])
  expect(missingFields(schema, { note: '', amount: 0, who: { name: 'Ada' } })).toEqual([])
  expect(missingFields({ type: 'array' }, [])).toEqual([])
})

test('a form that leaves fields of the data out is told from one that shows all of it', () => {
  expect(showsNotAll(schema, { note: 'a', ticket: 'b' })).toBe(true)
  expect(showsNotAll(schema, { note: 'a' })).toBe(false)
  expect(showsNotAll({ ...schema, additionalProperties: true }, { ticket: 'b' })).toBe(false)
})
