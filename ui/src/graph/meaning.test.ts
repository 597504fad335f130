import { expect, test } from 'vitest'

import { move } from './edits/move'
import { sameMeaning } from './meaning'
import { flow, withStepChange } from './testing'

const document = flow('a>b b>c')

test('moving a step, a note or a sample means nothing', () => {
  const moved = move(document, { steps: new Map([['a', { x: 900, y: 40 }]]), notes: new Map() }, (step) => step.id)
  expect(moved?.document).not.toBe(document)
  expect(sameMeaning(document, moved?.document ?? document)).toBe(true)
  expect(sameMeaning(document, { ...document, name: 'Other', tests: [{ name: 't', input: 1 }] })).toBe(true)
})

test('mappings, agents, names of steps, wires and schemas mean something', () => {
  expect(sameMeaning(document, withStepChange(document, 'b', { mapping: { x: 'input' } }))).toBe(false)
  expect(sameMeaning(document, withStepChange(document, 'b', { name: 'B' }))).toBe(false)
  expect(sameMeaning(document, { ...document, edges: document.edges.slice(1) })).toBe(false)
  expect(sameMeaning(document, { ...document, input_schema: {} })).toBe(false)
  expect(sameMeaning(document, { ...document, steps: document.steps.slice(1) })).toBe(false)
})
