import { expect, test } from 'vitest'

import type { Reason } from '@/api/proof'
import { agent, flow, library, withStepChange } from '@/graph/testing'

import { endsOf, leadOf, placeOf, readablePath } from './words'

const reason = (path: string): Reason => ({ path, keyword: '', expected: '', found: '', message: '' })

test('places read as people write them', () => {
  expect(readablePath('')).toBe('')
  expect(readablePath('/ticket/id')).toBe('ticket.id')
  expect(readablePath('/tags/*/a~1b')).toBe('tags[].a/b')
})

test('one place is named, several are not', () => {
  expect(placeOf([reason('/amount'), reason('/amount')])).toBe('amount')
  expect(placeOf([reason('/amount'), reason('/id')])).toBe('')
  expect(placeOf([])).toBe('')
})

test('ends are called by the names of their steps, and a step that is gone by its id', () => {
  const named = withStepChange(flow('a>b'), 'a', { name: 'Analyzer' })
  expect(endsOf(named, library(), 'e1')).toEqual({ from: 'Analyzer', to: 'b' })
  const lent = withStepChange(named, 'b', { agent: 'lib' })
  expect(endsOf(lent, library(), 'e1').to).toBe('b')
  expect(endsOf(lent, library(agent('http', { id: 'lib', name: 'Fetch' })), 'e1').to).toBe('Fetch')
  expect(endsOf({ ...named, steps: named.steps.slice(1) }, library(), 'e1').from).toBe('a')
})

test('several reasons in a summary are left to the list of reasons, one is not', () => {
  const [amount, id] = ['amount may be a text', 'id may be missing'].map((message) => ({ ...reason(''), message }))
  const reasons = [amount, id].flatMap((each) => each ?? [])
  expect(leadOf({ summary: 'Nothing A gives fits B: amount may be a text; id may be missing', reasons })).toBe('Nothing A gives fits B')
  expect(leadOf({ summary: 'amount may be a text; id may be missing', reasons })).toBe('')
  expect(leadOf({ summary: 'Nothing fits: amount may be a text', reasons: reasons.slice(0, 1) })).toBe('Nothing fits: amount may be a text')
  expect(leadOf({ summary: 'Everything fits', reasons: [] })).toBe('Everything fits')
})
