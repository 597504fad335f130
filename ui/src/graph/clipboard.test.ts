import { expect, test } from 'vitest'

import { clipFromText, clipOf, clipToText, paste } from './clipboard'
import { NOTHING, selectSteps } from './selection'
import { agent, flow, wires, withStepChange } from './testing'

test('a copy holds the steps, the wires between them, and the agents they need', () => {
  const document = withStepChange(flow('a>b b>c', { agents: [agent('script', { id: 'own' }), agent('http', { id: 'other' })] }), 'b', { agent: 'own' })
  const clip = clipOf(document, selectSteps(['a', 'b']))
  expect(clip?.steps.map((step) => step.id)).toEqual(['a', 'b'])
  expect(clip?.edges.map((edge) => edge.id)).toEqual(['e1'])
  expect(clip?.agents.map((each) => each.id)).toEqual(['own'])
  expect(clipOf(document, NOTHING)).toBeNull()
})

test('a pasted copy has ids of its own, and its expressions follow them', () => {
  const document = withStepChange(flow('a>b x>a'), 'b', { mapping: { v: 'steps.a.output + steps.x.output' } })
  const clip = clipFromText(clipToText(clipOf(document, selectSteps(['a', 'b'])) ?? { steps: [], edges: [], notes: [], agents: [] }))
  const { document: next, select } = paste(document, clip ?? { steps: [], edges: [], notes: [], agents: [] }, { x: 1_000, y: 500 })
  expect(next.steps.map((step) => step.id)).toEqual(['a', 'b', 'x', 'a_2', 'b_2'])
  expect(wires(next)).toBe('a>b x>a a_2>b_2')
  expect(next.steps[4]?.mapping).toEqual({ v: 'steps.a_2.output + steps.x.output' })
  expect(next.steps[3]?.position).toEqual({ x: 1_000, y: 500 })
  expect(next.steps[4]?.position).toEqual({ x: 1_300, y: 500 })
  expect([...(select?.steps ?? [])]).toEqual(['a_2', 'b_2'])
})

test('ids that swap on the way do not meet halfway', () => {
  const clip = { steps: [{ id: 'a', agent: 'x' }, { id: 'a_2', agent: 'x', mapping: { v: 'steps.a.output + steps.a_2.output' } }], edges: [], notes: [], agents: [] }
  const { document } = paste(flow('a'), clip, null)
  expect(document.steps.map((step) => step.id)).toEqual(['a', 'a_2', 'a_2_2'])
  expect(document.steps[2]?.mapping).toEqual({ v: 'steps.a_2.output + steps.a_2_2.output' })
})

test('numbers a double cannot hold survive the clipboard', () => {
  const text = '{"format":"heddle/clip","steps":[{"id":"a","agent":{"kind":"script","config":{"big":12345678901234567890,"one":1.0}}}]}'
  const clip = clipFromText(text)
  expect(clipToText(clip ?? { steps: [], edges: [], notes: [], agents: [] })).toMatch(/12345678901234567890[\s\S]*1\.0/)
})

test.each(['', 'hello', '[1]', '{"format":"other","steps":[]}', '{"format":"heddle/clip","steps":[{"id":1}]}', '{"format":"heddle/clip"}'])(
  '%j is no copy of ours',
  (text) => expect(clipFromText(text)).toBeNull(),
)

test('a whole workflow document can be pasted', () => {
  const clip = clipFromText(JSON.stringify(flow('a>b')))
  expect(clip?.steps).toHaveLength(2)
  expect(clip?.edges).toHaveLength(1)
})
