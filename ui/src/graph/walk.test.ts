import { expect, test } from 'vitest'

import { cycles } from './cycles'
import { flow } from './testing'
import { ancestors, order, wouldClose } from './walk'

test('ancestors are those from which a path leads here, siblings are not', () => {
  const document = flow('a>b a>c b>d c>d d>e x>e')
  expect([...ancestors(document, 'd')].sort()).toEqual(['a', 'b', 'c'])
  expect([...ancestors(document, 'c')]).toEqual(['a'])
})

test('every step comes after those before it; steps on a cycle come last', () => {
  expect(order(flow('c>d a>b b>c'))).toEqual(['a', 'b', 'c', 'd'])
  expect(order(flow('a>b b>a c>d'))).toEqual(['c', 'd', 'a', 'b'])
})

test('a wire back names the cycle it would close, by the shortest way', () => {
  const document = flow('a>b b>c c>d a>d')
  expect(wouldClose(document, 'd', 'a')).toEqual(['a', 'd'])
  expect(wouldClose(document, 'c', 'a')).toEqual(['a', 'b', 'c'])
  expect(wouldClose(document, 'a', 'c')).toBeNull()
})

test('cycles are named by their steps and edges, the shortest first', () => {
  const found = cycles(flow('a>b b>c c>a x>y y>x free>a'))
  expect(found.map(({ steps }) => [...steps].sort())).toEqual([
    ['x', 'y'],
    ['a', 'b', 'c'],
  ])
  expect(found[1]?.edges.sort()).toEqual(['e1', 'e2', 'e3'])
})

test('the shortest cycle of a knot is the one shown', () => {
  const [cycle] = cycles(flow('a>b b>c c>d d>a c>b'))
  expect([...(cycle?.steps ?? [])].sort()).toEqual(['b', 'c'])
})

test('a step that feeds itself is a cycle of one', () => {
  expect(cycles(flow('a>a'))).toEqual([{ steps: ['a'], edges: ['e1'] }])
})

test('a graph without a cycle has none', () => {
  expect(cycles(flow('a>b a>c b>d c>d'))).toEqual([])
})

test('a chain of 10,000 steps does not overflow the stack', () => {
  const chain = Array.from({ length: 9_999 }, (_, n) => `s${n}>s${n + 1}`).join(' ')
  expect(cycles(flow(chain))).toEqual([])
  expect(cycles(flow(`${chain} s9999>s0`))[0]?.steps).toHaveLength(10_000)
})

test('edges to steps that do not exist are ignored', () => {
  const document = flow('a>b')
  document.edges.push({ id: 'e9', from: 'b', to: 'ghost' })
  expect(order(document)).toEqual(['a', 'b'])
  expect(cycles(document)).toEqual([])
})
