import { expect, test } from 'vitest'

import { around, blocked, detour, type Box } from './route'

const row: Box[] = [0, 300, 600].map((x) => ({ x, y: 0, width: 216, height: 86 }))
const start = { x: 816, y: 43 }
const end = { x: 0, y: 43 }

function free(y: number, boxes: readonly Box[]): boolean {
  return boxes.every((box) => y < box.y || y > box.y + box.height)
}

test('a wire back along a row of steps goes below all of them', () => {
  const y = detour(start, end, row)
  expect(y).toBeGreaterThan(86)
  expect(y).toBeLessThan(140)
})

test('steps below are passed as well, whatever their order', () => {
  const tower = [...row, { x: 300, y: 100, width: 216, height: 86 }, { x: 340, y: 200, width: 216, height: 86 }]
  expect(free(detour(start, end, tower), tower)).toBe(true)
  expect(free(detour(start, end, tower.toReversed()), tower)).toBe(true)
})

test('it goes above when below is far', () => {
  const wall = [...row, { x: 300, y: 100, width: 216, height: 900 }]
  const y = detour(start, end, wall)
  expect(y).toBeLessThan(0)
  expect(free(y, wall)).toBe(true)
})

test('steps that are not between the ends are not in the way', () => {
  expect(detour(start, end, [...row, { x: 2000, y: 90, width: 216, height: 400 }])).toBe(detour(start, end, row))
})

test('a curve is blocked by a step it would run behind, and by no other', () => {
  const [from, to] = [{ x: 216, y: 43 }, { x: 600, y: 43 }]
  expect(blocked(from, to, row)).toBe(true)
  expect(blocked(from, { x: 300, y: 43 }, row)).toBe(false)
  expect(blocked(from, { x: 600, y: 400 }, row)).toBe(false)
  const y = detour(from, to, row)
  expect(y).toBeGreaterThan(86)
  expect(free(y, row)).toBe(true)
})

test('the path leaves to the right, arrives from the left, and is labelled on its long side', () => {
  const [path, x, y] = around(start, end, 114)
  expect(path.startsWith('M816,43L')).toBe(true)
  expect(path.endsWith('L0,43')).toBe(true)
  expect([x, y]).toEqual([408, 114])
})
