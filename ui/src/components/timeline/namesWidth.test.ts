import { expect, test } from 'vitest'

import { namesWidthOf } from './namesWidth'
import type { Row } from './rows'

const row = (name: string, more: Partial<Row> = {}) => ({ name, depth: 0, ...more }) as Row
const LONG = 'Check one invoice against its purchase order'

test.each([
  ['short names', [row('Analyze')], 1000, 224],
  ['nothing yet', [], 0, 224],
  ['little room', [row('Analyze')], 500, 184],
  ['little room, long names', [row(LONG)], 500, 220],
  ['the longest is what counts', [row('Analyze'), row(LONG)], 5000, 360],
])('%s', (_, rows, outer, width) => expect(namesWidthOf(rows, outer)).toBe(width))

test('a longer name gets more, up to a third of the room', () => {
  const name = LONG.slice(0, 24)
  expect(namesWidthOf([row(name)], 1000)).toBeGreaterThan(224)
  expect(namesWidthOf([row(LONG)], 900)).toBe(300)
})

test('what stands beside a name needs room too', () => {
  const name = LONG.slice(0, 16)
  const within = { what: 'turns', open: false, total: 30, counts: { failed: 2 } } as unknown as NonNullable<Row['within']>
  expect(namesWidthOf([row(name, { within })], 1200)).toBeGreaterThan(namesWidthOf([row(name)], 1200))
})
