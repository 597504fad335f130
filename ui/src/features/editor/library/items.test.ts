import { expect, test } from 'vitest'

import type { KindInfo, LibraryAgent } from '@/api/types'

import { filtered, groupsOf } from './items'

const kind = (kind: KindInfo['kind'], title: string, group: string): KindInfo => ({
  kind,
  title,
  group,
  summary: `${title} does it`,
  config_schema: {},
  default_config: { x: 1 },
  branches: false,
})
const agents: LibraryAgent[] = [
  { agent: { id: 'analyzer', name: 'Ticket Analyzer', kind: 'script', config: {} }, origin: 'built_in' },
  { agent: { id: 'mine', name: 'My Agent', kind: 'http', config: {} }, origin: 'yours' },
]

test('kinds come by group, then the examples, then one’s own; empty groups are left out', () => {
  const groups = groupsOf([kind('llm', 'Language model', 'Language'), kind('sql', 'SQL', 'Data')], agents)
  expect(groups.map((group) => [group.title, ...group.items.map((item) => item.id)])).toEqual([
    ['Language', 'llm'],
    ['Data', 'sql'],
    ['Examples', 'analyzer'],
    ['Yours', 'mine'],
  ])
})

test('a kind is written into the step, an agent of the library is referred to', () => {
  const [data, examples] = groupsOf([kind('sql', 'SQL', 'Data')], agents)
  expect(data?.items[0]?.addition).toEqual({ agent: { kind: 'sql', config: { x: 1 }, name: 'SQL' }, name: 'SQL' })
  expect(examples?.items[0]?.addition).toEqual({ agent: 'analyzer', name: 'Ticket Analyzer' })
})

test('every word has to be found somewhere', () => {
  const groups = groupsOf([kind('sql', 'SQL', 'Data')], agents)
  expect(filtered(groups, 'tick anal').map((group) => group.title)).toEqual(['Examples'])
  expect(filtered(groups, 'nothing like it')).toEqual([])
  expect(filtered(groups, ' ')).toEqual(groups)
})
