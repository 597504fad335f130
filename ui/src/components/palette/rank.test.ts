import { expect, test } from 'vitest'

import { grouped, rank } from './rank'
import type { PaletteAction } from './registry'

const action = (label: string, group = 'Actions', more: Partial<PaletteAction> = {}): PaletteAction => ({
  id: label,
  label,
  group,
  run: () => undefined,
  ...more,
})

const all = [
  action('Open example'),
  action('Executions', 'Go to'),
  action('IT ticket triage', 'Workflows', { description: 'Reads a support ticket' }),
  action('Reopen', 'Actions', { keywords: ['revive'] }),
]
const names = (search: string) => rank(all, search).map(({ label }) => label)

test('the start of a label beats the middle of a word', () => {
  expect(names('open')).toEqual(['Open example', 'Reopen'])
})

test('keywords, descriptions and headings are searched too, after labels', () => {
  expect(names('revive')).toEqual(['Reopen'])
  expect(names('support')).toEqual(['IT ticket triage'])
  expect(names('triage workflows')).toEqual(['IT ticket triage'])
})

test('every word must be found', () => {
  expect(names('open nothing')).toEqual([])
  expect(names('  ')).toHaveLength(4)
})

test('headings come in the order of their first entry', () => {
  expect(grouped(all).map(([name, list]) => [name, list.length])).toEqual([
    ['Actions', 2],
    ['Go to', 1],
    ['Workflows', 1],
  ])
})
