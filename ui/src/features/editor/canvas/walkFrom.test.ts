import { expect, test } from 'vitest'

import { flow, withStepChange } from '@/graph/testing'

import { nextWire, walkFrom } from './walkFrom'

let document = flow('a>b a>c b>d')
document = withStepChange(document, 'c', { position: { x: 300, y: 200 } })
document = withStepChange(document, 'd', { position: { x: 600, y: 0 } })

test('left and right follow the wires, to the step on the same height first', () => {
  expect(walkFrom(document, 'a', 'ArrowRight')).toBe('b')
  expect(walkFrom(document, 'c', 'ArrowLeft')).toBe('a')
})

test('up and down go to the nearest step there', () => {
  expect(walkFrom(document, 'b', 'ArrowDown')).toBe('c')
  expect(walkFrom(document, 'c', 'ArrowUp')).toBe('b')
  expect(walkFrom(document, 'b', 'ArrowUp')).toBeNull()
})

test('without a wire the nearest step in that direction is taken', () => {
  expect(walkFrom(document, 'c', 'ArrowRight')).toBe('d')
})

test('from nowhere one comes to the leftmost', () => {
  expect(walkFrom(document, null, 'ArrowDown')).toBe('a')
  expect(walkFrom(flow(''), null, 'ArrowDown')).toBeNull()
})

test('wires are walked one after the other, first those of the selected step', () => {
  expect(nextWire(document, 'b', null, false)?.id).toBe('e1')
  expect(nextWire(document, null, 'e1', false)?.id).toBe('e2')
  expect(nextWire(document, null, 'e3', false)?.id).toBe('e1')
  expect(nextWire(document, null, 'e1', true)?.id).toBe('e3')
  expect(nextWire(document, 'd', null, true)?.id).toBe('e3')
  expect(nextWire(flow('a'), null, null, false)).toBeUndefined()
})
