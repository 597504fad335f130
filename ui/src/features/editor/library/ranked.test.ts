import { expect, test } from 'vitest'

import type { Fit, Verdict } from '@/api/proof'
import type { LibraryAgent } from '@/api/types'
import { agent } from '@/graph/testing'

import { groupsOf } from './items'
import { fitting } from './ranked'

const schema = { type: 'object', properties: { id: {} }, required: ['id'] }

function listed(id: string, input_schema?: unknown): LibraryAgent {
  return { agent: agent('script', { id, name: id, ...(input_schema !== undefined && { input_schema }) }), origin: 'yours' }
}

function fit(id: string, verdict: Verdict): Fit {
  return { id, verdict, summary: '', reasons: [] }
}

test('what was made for such data comes first, what takes anything last, and what never fits not at all', () => {
  const groups = groupsOf([], [listed('anything'), listed('empty', {}), listed('maybe', schema), listed('never', schema), listed('made', schema)])
  const fits = [fit('anything', 'always'), fit('empty', 'always'), fit('maybe', 'sometimes'), fit('never', 'never'), fit('made', 'always')]
  expect(fitting(groups, fits).map(({ item }) => item.id)).toEqual(['made', 'maybe', 'anything', 'empty'])
})

test('what nothing is known about does not fit', () => {
  expect(fitting(groupsOf([], [listed('a', schema), listed('b', schema)]), [fit('b', 'unknown')])).toEqual([])
})
