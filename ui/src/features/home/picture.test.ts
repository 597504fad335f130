import { expect, test } from 'vitest'

import { drawThumbnail } from './picture'

const row = {
  steps: [
    { kind: 'script' as const, x: -500, y: 40 },
    { kind: 'sql' as const, x: 0, y: 40 },
    { x: 900, y: 340 },
  ],
  edges: [
    [0, 1],
    [1, 2],
    [2, 9],
  ] as [number, number][],
}

test('every box lies inside the margins', () => {
  const { boxes } = drawThumbnail(row, 280, 140, 12)
  expect(boxes).toHaveLength(3)
  for (const box of boxes) {
    expect(box.x).toBeGreaterThanOrEqual(11.9)
    expect(box.y).toBeGreaterThanOrEqual(11.9)
    expect(box.x + box.width).toBeLessThanOrEqual(268.1)
    expect(box.y + box.height).toBeLessThanOrEqual(128.1)
  }
})

test('an edge to a step that is not there draws nothing', () => {
  expect(drawThumbnail(row, 280, 140, 12).wires).toHaveLength(2)
})

test('a single step stands in the middle, no larger than a step in a picture should be', () => {
  const { boxes } = drawThumbnail({ steps: [{ x: 7, y: 7 }], edges: [] }, 280, 140, 12)
  const [box] = boxes
  expect(box && box.x + box.width / 2).toBeCloseTo(140)
  expect(box?.width).toBeLessThan(80)
})

test('nothing and very much', () => {
  expect(drawThumbnail({ steps: [], edges: [] }, 280, 140, 12)).toEqual({ boxes: [], wires: [] })
  const many = Array.from({ length: 200_000 }, (_, i) => ({ x: i, y: i % 90 }))
  expect(drawThumbnail({ steps: many, edges: [] }, 280, 140, 12).boxes).toHaveLength(200_000)
})

test('steps without a place stand in a row', () => {
  const { boxes } = drawThumbnail({ steps: [{}, {}, {}], edges: [] }, 280, 140, 12)
  const [a, b, c] = boxes
  expect(a && b && c && a.x + a.width < b.x && b.x + b.width < c.x).toBe(true)
})
