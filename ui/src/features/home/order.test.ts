import { expect, test } from 'vitest'

import type { WorkflowSummary } from '@/api/types'

import { arrange, type Order } from './order'

const workflow = (name: string, updated: string, run?: string): WorkflowSummary => ({
  id: name,
  name,
  description: `All about ${name}`,
  updated_at: updated,
  step_count: 0,
  deleted: false,
  thumbnail: { steps: [], edges: [] },
  ...(run && { last_execution: { id: 'x', status: 'completed', created_at: run } }),
})

const all = [
  workflow('Beta 10', '2026-01-03T00:00:00Z'),
  workflow('beta 9', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
  workflow('Alpha', '2026-01-02T00:00:00Z', '2026-02-02T00:00:00Z'),
]

test.each<[Order, string[]]>([
  ['updated', ['Beta 10', 'Alpha', 'beta 9']],
  ['run', ['Alpha', 'beta 9', 'Beta 10']],
  ['name', ['Alpha', 'beta 9', 'Beta 10']],
])('ordered by %s', (order, names) => {
  expect(arrange(all, '', order).map(({ name }) => name)).toEqual(names)
})

test('every word must be found, in whatever case', () => {
  expect(arrange(all, ' ABOUT beta ', 'name').map(({ name }) => name)).toEqual(['beta 9', 'Beta 10'])
  expect(arrange(all, 'beta alpha', 'name')).toEqual([])
})
