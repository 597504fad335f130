import { expect, test } from 'vitest'

import type { Fix } from '@/api/types'

import { applyFix } from './fixes'
import { agent, flow, library, wires, withStepChange } from './testing'

function fixed(text: string, edit: { type: string; data: unknown }, document = flow(text), agents = library()) {
  return applyFix(document, { title: 'Mend it', edit } as Fix, agents)
}

test('edges are added, removed, renamed and moved to another branch', () => {
  const added = fixed('a b', { type: 'add_edge', data: { from: 'a', to: 'b' } })
  expect(wires(added?.document ?? flow(''))).toBe('a>b')
  expect(added?.label).toBe('Mend it')
  expect(wires(fixed('a>b b>c', { type: 'remove_edge', data: { edge: 'e2', index: 1 } })?.document ?? flow(''))).toBe('a>b')
  expect(fixed('a>b', { type: 'rename_edge', data: { index: 0, to: 'x' } })?.document.edges[0]?.id).toBe('x')
  expect(wires(fixed('a>b', { type: 'set_branch', data: { edge: 'e1', branch: 'yes' } })?.document ?? flow(''))).toBe('a>b/yes')
  expect(wires(fixed('a>b/no', { type: 'set_branch', data: { edge: 'e1' } })?.document ?? flow(''))).toBe('a>b')
})

test('the place decides between edges of the same id, and a document that moved on is searched', () => {
  const twins = flow('a>b b>c')
  twins.edges.forEach((edge) => (edge.id = 'same'))
  expect(wires(fixed('', { type: 'remove_edge', data: { edge: 'same', index: 1 } }, twins)?.document ?? flow(''))).toBe('a>b')
  expect(wires(fixed('a>b b>c', { type: 'remove_edge', data: { edge: 'e2', index: 0 } })?.document ?? flow(''))).toBe('a>b')
  expect(fixed('a>b', { type: 'remove_edge', data: { edge: 'gone', index: 7 } })).toBeNull()
})

test('a removed step takes its edges; a twin of the same id keeps them', () => {
  expect(wires(fixed('a>b b>c', { type: 'remove_step', data: { step: 'b', index: 1 } })?.document ?? flow('x>y'))).toBe('')
  const twins = flow('a>b c')
  const [, , third] = twins.steps
  if (third) third.id = 'b'
  const next = fixed('', { type: 'remove_step', data: { step: 'b', index: 2 } }, twins)?.document
  expect(wires(next ?? flow(''))).toBe('a>b')
})

test('steps are renamed, with what refers to them, and only the one meant among twins', () => {
  const document = withStepChange(flow('a>b'), 'b', { when: 'steps.a.output' })
  const next = fixed('', { type: 'rename_step', data: { step: 'a', index: 0, to: 'first' } }, document)?.document
  expect(next?.steps[1]?.when).toBe('steps.first.output')
  const twins = flow('a>b c')
  const [, , third] = twins.steps
  if (third) third.id = 'a'
  const after = fixed('', { type: 'rename_step', data: { step: 'a', index: 2, to: 'a_2' } }, twins)?.document
  expect(after?.steps.map((step) => step.id)).toEqual(['a', 'b', 'a_2'])
  expect(wires(after ?? flow(''))).toBe('a>b')
})

test('mappings and conditions are set and cleared', () => {
  const mapped = fixed('a', { type: 'set_mapping_field', data: { step: 'a', field: 'x', expression: 'input.x' } })?.document
  expect(mapped?.steps[0]?.mapping).toEqual({ x: 'input.x' })
  const cleared = fixed('', { type: 'remove_mapping_field', data: { step: 'a', field: 'x' } }, mapped)?.document
  expect(cleared?.steps[0]?.mapping).toEqual({})
  const when = fixed('a', { type: 'set_when', data: { step: 'a', when: 'true' } })?.document
  expect(when?.steps[0]?.when).toBe('true')
  expect(fixed('', { type: 'set_when', data: { step: 'a' } }, when)?.document.steps[0]).not.toHaveProperty('when')
})

test('a whole mapping is set and cleared', () => {
  const mapping = { id: 'int(steps.a.output.id)', text: 'input.text' }
  const mapped = fixed('a>b', { type: 'set_mapping', data: { step: 'b', mapping } })?.document
  expect(mapped?.steps[1]?.mapping).toEqual(mapping)
  const cleared = fixed('', { type: 'set_mapping', data: { step: 'b', mapping: null } }, mapped)?.document
  expect(cleared?.steps[1]).not.toHaveProperty('mapping')
})

test('a transform step is put into the wire, which keeps its branch, and what stands behind makes room', () => {
  const edit = { type: 'insert_transform', data: { edge: 'e1', id: 'convert', name: 'Convert', mapping: { x: 'input.x' } } }
  const next = fixed('a>b/yes b>c', edit)?.document ?? flow('')
  expect(wires(next)).toBe('a>convert/yes convert>b b>c')
  expect(next.steps.at(-1)).toMatchObject({ name: 'Convert', agent: { kind: 'transform' }, mapping: { x: 'input.x' } })
  const place = new Map(next.steps.map((step) => [step.id, step.position?.x ?? 0]))
  const gaps = [['a', 'convert'], ['convert', 'b'], ['b', 'c']].map(([l = '', r = '']) => (place.get(r) ?? 0) - (place.get(l) ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThan(216)
  expect(fixed('a>b', { ...edit, data: { ...edit.data, edge: 'gone' } })).toBeNull()
})

test('an agent of the library becomes the step’s own when its input schema changes, and keeps all else', () => {
  const agents = library(agent('http', { id: 'x', name: 'X', description: 'asks', input_schema: { type: 'string' } }))
  const document = withStepChange(flow('a'), 'a', { agent: 'x' })
  const schema = { type: ['string', 'null'] }
  const next = fixed('', { type: 'set_input_schema', data: { step: 'a', schema } }, document, agents)?.document
  expect(next?.steps[0]?.agent).toEqual({ kind: 'http', config: {}, name: 'X', description: 'asks', input_schema: schema })
  expect(fixed('', { type: 'set_input_schema', data: { step: 'a', schema } }, document)).toBeNull()
})

test('a repair this studio does not know offers nothing', () => {
  expect(fixed('a', { type: 'reticulate', data: {} })).toBeNull()
})
