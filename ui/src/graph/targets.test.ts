import { expect, test } from 'vitest'

import { targetsOf } from './targets'
import { agent, flow, library, withStepChange } from './testing'

const found = (document: ReturnType<typeof flow>, from: string) =>
  targetsOf(document, library(), from).map(({ port, steps }) => `${port.branch ?? 'out'}: ${steps.map(({ id }) => id).join(' ')}`)

test('a wire could lead to every step but its own, those it leads to already, and those before it', () => {
  const document = flow('a>b b>c d e')
  expect(found(document, 'b')).toEqual(['out: d e'])
  expect(found(document, 'a')).toEqual(['out: c d e'])
  expect(found(document, 'gone')).toEqual([])
})

test('each branch has targets of its own, and what undoes a step is none of them', () => {
  const document = withStepChange(flow('ask>b/approved ask>u/compensate c'), 'ask', { agent: agent('approval') })
  expect(found(document, 'ask')).toEqual(['approved: u c', 'rejected: b u c'])
})

test('they are named from left to right as they stand on the canvas', () => {
  const document = withStepChange(flow('a b c'), 'b', { position: { x: 900, y: 0 } })
  expect(found(document, 'a')).toEqual(['out: c b'])
})
