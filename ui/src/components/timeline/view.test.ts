import { describe, expect, test } from 'vitest'

import { ZERO } from './fixtures'
import { type Extent, followAgain, panBy, type View, windowOf, zoomAt, zoomTo } from './view'

const extent: Extent = { origin: ZERO, end: ZERO + 10_000, folds: [], width: 1016 }
const FIT = { mode: 'fit' } satisfies View

/** The instants at the left and right edge, relative to the start. */
function edges(view: View, of: Extent = extent): [number, number] {
  const { axis, scroll } = windowOf(view, of)
  return [Math.round(axis.at(scroll) - ZERO), Math.round(axis.at(scroll + of.width) - ZERO)]
}

test('fitted, everything is seen', () => {
  const [left, right] = edges(FIT)
  expect(left).toBe(0)
  expect(right).toBeGreaterThanOrEqual(10_000)
})

describe('zoom', () => {
  test('keeps the instant under the cursor', () => {
    const before = windowOf(FIT, extent)
    const under = before.axis.at(before.scroll + 300)
    let view: View = FIT
    for (let turn = 0; turn < 5; turn += 1) view = zoomAt(view, extent, 1.5, 300)
    const after = windowOf(view, extent)
    expect(after.axis.at(after.scroll + 300)).toBeCloseTo(under, 0)
  })

  test('out to the end is the fitted view again', () => {
    const near = zoomAt(FIT, extent, 8, 500)
    expect(near.mode).toBe('free')
    expect(zoomAt(near, extent, 1 / 100, 500)).toEqual(FIT)
  })

  test('in has an end', () => {
    let view: View = FIT
    for (let turn = 0; turn < 200; turn += 1) view = zoomAt(view, extent, 2, 500)
    expect(windowOf(view, extent).axis.scale).toBe(40)
  })

  test('to a span shows it whole', () => {
    const [left, right] = edges(zoomTo({ start: ZERO + 4000, end: ZERO + 5000 }, extent))
    expect(left).toBeLessThan(4000)
    expect(right).toBeGreaterThan(5000)
    expect(right - left).toBeLessThan(1500)
  })
})

describe('pan', () => {
  const near = zoomAt(FIT, extent, 4, 0)

  test('moves by pixels and stops at the ends', () => {
    expect(edges(panBy(near, extent, 400))[0]).toBeGreaterThan(edges(near)[0])
    expect(edges(panBy(near, extent, -1e9))[0]).toBe(0)
    expect(edges(panBy(near, extent, 1e9))[1]).toBeGreaterThanOrEqual(10_000)
  })

  test('does nothing where everything is seen', () => {
    expect(panBy(FIT, extent, 50)).toBe(FIT)
  })
})

describe('following a running execution', () => {
  const later: Extent = { ...extent, end: ZERO + 20_000 }

  test('the present stays in view', () => {
    const view = followAgain(zoomAt(FIT, extent, 4, 0))
    expect(view.mode).toBe('follow')
    expect(edges(view)[1]).toBeGreaterThanOrEqual(10_000)
    expect(edges(view, later)[1]).toBeGreaterThanOrEqual(20_000)
  })

  test('a free view stays where it is as time goes on', () => {
    const view = zoomAt(FIT, extent, 4, 0)
    expect(edges(view, later)).toEqual(edges(view))
  })

  test('a fold that appears does not move what is left of it', () => {
    const view = zoomAt(FIT, extent, 4, 0)
    const folded: Extent = { ...later, folds: [{ start: ZERO + 10_000, end: ZERO + 20_000 }] }
    expect(edges(view, folded)).toEqual(edges(view))
  })
})
