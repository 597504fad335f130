import { afterEach, expect, test } from 'vitest'

import { measured, type Link } from './curves'

const box = (left: number, top: number, width: number, height: number) => () => new DOMRect(left, top, width, height)

/** Two columns of 100 px height at 0 and 300, with rows of 20 px beginning where they are told. */
function stage(sources: Record<string, number>, targets: Record<string, number>): HTMLElement {
  const root = document.createElement('div')
  root.innerHTML = '<div data-source-tree></div><div data-target-list></div>'
  root.getBoundingClientRect = box(0, 0, 400, 100)
  const [left, right] = [...root.children]
  for (const [column, rows, x, attribute] of [
    [left, sources, 0, 'data-wire-source'],
    [right, targets, 300, 'data-wire-target'],
  ] as const) {
    if (!column) continue
    column.getBoundingClientRect = box(x, 0, 100, 100)
    for (const [name, top] of Object.entries(rows)) {
      const row = document.createElement('i')
      row.setAttribute(attribute, name)
      row.getBoundingClientRect = box(x === 0 ? 95 : 295, top, 10, 20)
      column.append(row)
    }
  }
  document.body.append(root)
  return root
}
afterEach(() => document.body.replaceChildren())

const order = (sources: string[], targets: string[]) => ({
  sources: new Map(sources.map((name, index) => [name, index])),
  targets: new Map(targets.map((name, index) => [name, index])),
})
const link = (reference: string[], target: string): Link => ({ reference, target, tone: 'always', computed: false })

test('a curve runs from the middle of one port to the middle of the other', () => {
  const [curve] = measured(stage({ 'input.a': 10 }, { x: 40 }), [link(['input', 'input.a'], 'x')], order(['input.a'], ['x']))
  expect(curve).toMatchObject({ from: { x: 100, y: 20 }, to: { x: 300, y: 50 }, far: false })
})

test('a folded field’s wire begins at what holds it; a wire from nowhere is not drawn', () => {
  const place = stage({ input: 0 }, { x: 40 })
  const curves = measured(place, [link(['input', 'input.a'], 'x'), link(['steps', 'steps.gone'], 'x')], order(['input'], ['x']))
  expect(curves).toHaveLength(1)
  expect(curves[0]?.from.y).toBe(10)
})

test('what is scrolled away, in the page or not, is held at the edge it left by', () => {
  const place = stage({ b: 30, c: 180 }, { x: 40 })
  const rows = order(['a', 'b', 'c', 'd'], ['x', 'y'])
  const curves = measured(place, [link(['a'], 'x'), link(['c'], 'x'), link(['d'], 'x'), link(['b'], 'y')], rows)
  expect(curves.map((curve) => [curve.from.y, curve.to.y, curve.far])).toEqual([
    [2, 50, true],
    [98, 50, true],
    [98, 50, true],
    [40, 98, true],
  ])
})

test('a target within a folded one is reached at the outer one', () => {
  const [curve] = measured(stage({ input: 0 }, { who: 60 }), [link(['input'], 'who/name')], order(['input'], ['who']))
  expect(curve?.to.y).toBe(70)
})
