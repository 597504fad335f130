import { expect, test } from 'vitest'

import { placed } from './useKeepCentre'

test('the middle stays in the middle', () => {
  expect(placed(0, 800, 600, 300, 200)).toBe(-100)
})

test('steps that could be seen stay in view when the canvas becomes smaller, as far as they fit', () => {
  expect(placed(0, 800, 400, 100, 90)).toBe(-76)
  expect(placed(0, 800, 400, 700, 90)).toBe(400 - 24 - 700 - 90)
  expect(placed(0, 800, 400, 100, 600)).toBe(-200)
})

test('steps that were out of view before are not brought back', () => {
  expect(placed(-500, 800, 400, 100, 90)).toBe(-700)
})
