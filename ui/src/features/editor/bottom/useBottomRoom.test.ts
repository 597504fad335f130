import { expect, test } from 'vitest'

import { roomFor } from './useBottomRoom'

test('the panel grows for what it shows, within bounds, and keeps a height that is enough', () => {
  expect(roomFor(400, 276, 495, null)).toBe(400)
  expect(roomFor(900, 276, 495, null)).toBe(495)
  expect(roomFor(250, 276, 495, null)).toBeUndefined()
})

test('what it took by itself it gives back', () => {
  expect(roomFor(250, 400, 495, { own: 400, by: 276 })).toBe(276)
  expect(roomFor(450, 400, 495, { own: 400, by: 276 })).toBe(450)
})

test('a height that somebody has chosen since is kept', () => {
  expect(roomFor(250, 350, 495, { own: 400, by: 276 })).toBeUndefined()
})

test('a panel that is higher than the bounds already is not made lower', () => {
  expect(roomFor(900, 600, 495, null)).toBeUndefined()
})
