import { expect, test } from 'vitest'

import { flow } from '@/graph/testing'

import { choicesOf, dataOf, settled } from './sample'
import { meaningOf } from './usePreview'

const document = flow('a>b', { tests: [{ name: 'Happy', input: { x: 1 } }] })

test('a sample of one’s own comes before the last run, and that before made-up data', () => {
  expect(choicesOf(document, 'exec-1', 3).map((each) => each.from)).toEqual(['sample', 'run', 'generated'])
  expect(choicesOf(flow('a'), undefined, 3)).toEqual([{ from: 'generated', seed: 3 }])
})

test('what was chosen holds until it is gone', () => {
  const choices = choicesOf(document, 'exec-1', 1)
  expect(settled({ from: 'run' }, choices)).toEqual({ from: 'run' })
  expect(settled({ from: 'sample', name: 'Gone' }, choices)).toEqual({ from: 'sample', name: 'Happy' })
  expect(settled(null, choices)).toEqual({ from: 'sample', name: 'Happy' })
})

test('the backend is asked for exactly that', () => {
  expect(dataOf({ from: 'sample', name: 'Happy' }, document, 'exec-1')).toEqual({ input: { x: 1 } })
  expect(dataOf({ from: 'run' }, document, 'exec-1')).toEqual({ execution: 'exec-1' })
  expect(dataOf({ from: 'generated', seed: 7 }, document, 'exec-1')).toEqual({ seed: 7 })
})

test('moving a step sends no data through again; mapping a field does', () => {
  const moved = { ...document, steps: document.steps.map((step) => ({ ...step, position: { x: 9, y: 9 } })) }
  const mapped = { ...moved, steps: moved.steps.map((step) => ({ ...step, mapping: { x: 'input.x' } })) }
  expect(meaningOf(moved)).toBe(meaningOf(document))
  expect(meaningOf(mapped)).not.toBe(meaningOf(moved))
})
