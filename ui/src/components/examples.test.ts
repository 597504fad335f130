import { expect, test } from 'vitest'

import { queryClient } from '@/api/queryClient'

import { examplesQuery } from './examples'

test('the one that needs no key comes first, then the patterns, each saying what it shows', async () => {
  const examples = await queryClient.fetchQuery(examplesQuery())
  expect(examples[0]?.id).toBe('it-ticket-triage')
  expect(examples.filter(({ isPattern }) => isPattern).length).toBeGreaterThan(5)
  expect(examples.map(({ isPattern }) => isPattern)).toEqual(examples.map(({ isPattern }) => isPattern).toSorted())
  for (const { name, description } of examples) {
    expect(name).not.toMatch(/^Pattern/)
    expect(description).not.toBe('')
  }
})
