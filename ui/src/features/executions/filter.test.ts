import { expect, test } from 'vitest'

import { filterOf, withFilter } from './filter'

test('a status that is none asks for all, and blanks are no search', () => {
  expect(filterOf({ status: 'exploded', q: '  ' })).toEqual({})
  expect(filterOf({ workflow: 'w', status: 'failed', q: ' timeout ' })).toEqual({ workflow: 'w', status: 'failed', q: 'timeout' })
})

test('emptying a filter takes it out of the address and leaves the others', () => {
  expect(withFilter({ workflow: 'w', status: 'failed' }, { status: null })).toEqual({ workflow: 'w' })
  expect(withFilter({ q: 'a' }, { workflow: 'x' })).toEqual({ q: 'a', workflow: 'x' })
})
