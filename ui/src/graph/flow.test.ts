import { expect, test } from 'vitest'

import { toGhosts, toNodes, toWires } from './flow'
import { elkGraph, placesFrom } from './layout'
import { agentOf, branchNames, freeBranch, portsOf, stepById } from './lookup'
import { NOTHING, selectSteps } from './selection'
import { agent, flow, library, withStepChange } from './testing'

const NO_LIBRARY = library()

test('steps that did not change keep their very objects', () => {
  const document = flow('a>b b>c')
  const nodes = toNodes(document, NO_LIBRARY, NOTHING, [])
  const wires = toWires(document, NOTHING, [])
  const next = withStepChange(document, 'b', { when: 'true' })
  const after = toNodes(next, NO_LIBRARY, NOTHING, nodes)
  expect(after[0]).toBe(nodes[0])
  expect(after[1]).not.toBe(nodes[1])
  expect(after[2]).toBe(nodes[2])
  expect(toWires(next, NOTHING, wires)[0]).toBe(wires[0])
})

test('a wire says whom it connects by the names people use', () => {
  const fetch = agent('http', { id: 'fetch', name: 'Fetch the order' })
  const document = withStepChange(withStepChange(flow('a>b'), 'a', { name: 'Ask' }), 'b', { agent: 'fetch' })
  const [wire] = toWires(document, NOTHING, [], library(fetch))
  expect(wire?.ariaLabel).toBe('Wire from Ask to Fetch the order')
  const renamed = withStepChange(document, 'a', { name: 'Ask again' })
  expect(toWires(renamed, NOTHING, wire ? [wire] : [], library(fetch))[0]?.ariaLabel).toBe('Wire from Ask again to Fetch the order')
})

test('what was measured stays with a node through an edit', () => {
  const document = flow('a')
  const measured = toNodes(document, NO_LIBRARY, NOTHING, []).map((node) => ({ ...node, measured: { width: 216, height: 86 } }))
  const after = toNodes(withStepChange(document, 'a', { name: 'A' }), NO_LIBRARY, selectSteps(['a']), measured)
  expect(after[0]).toMatchObject({ selected: true, measured: { width: 216 }, data: { name: 'A' } })
})

test('a step knows how many wires lead to it, and whom it undoes', () => {
  const nodes = toNodes(withStepChange(flow('a>c b>c a>d/compensate b>d/compensate'), 'a', { name: 'Pay' }), NO_LIBRARY, NOTHING, [])
  const told = nodes.map(({ id, data }) => [id, 'undoes' in data && [data.incoming, data.undoes]])
  expect(Object.fromEntries(told)).toEqual({ a: [0, ''], b: [0, ''], c: [2, ''], d: [0, 'Pay, b'] })
})

test('a wire that is given a condition is drawn anew', () => {
  const document = flow('a>b')
  const wires = toWires(document, NOTHING, [])
  const edges = document.edges.map((edge) => ({ ...edge, when: 'item.ok' }))
  expect(toWires({ ...document, edges }, NOTHING, wires)[0]?.data?.when).toBe('item.ok')
})

test('a condition has a port per branch, its default last', () => {
  const config = { branches: [{ name: 'high', when: 'x' }, { name: 'low', when: 'y' }], default: 'other' }
  expect(branchNames(agent('condition', { config }))).toEqual(['high', 'low', 'other'])
  expect(branchNames(agent('script'))).toBeNull()
})

test('the error port is there when the policy takes it', () => {
  const step = { id: 'a', agent: 'x', policy: { on_error: { action: 'error_branch' as const } } }
  expect(portsOf(step, agent('script'), []).map((port) => port.branch)).toEqual([null, 'error'])
})

test('a wire from a branch that is gone keeps a port to hold on to', () => {
  const leaving = [{ id: 'e1', from: 'a', to: 'b', branch: 'old' }]
  const ports = portsOf({ id: 'a', agent: 'x' }, agent('condition', { config: { branches: [{ name: 'new' }] } }), leaving)
  expect(ports).toEqual([
    { branch: 'new', label: 'new', gone: false },
    { branch: 'old', label: 'old', gone: true },
  ])
})

test('a new wire leaves a condition by the first branch that has none', () => {
  const chooser = agent('condition', { config: { branches: [{ name: 'high' }, { name: 'low' }] } })
  const document = withStepChange(flow('a>b/high c'), 'a', { agent: chooser })
  expect(freeBranch(document, NO_LIBRARY, 'a')).toBe('low')
  expect(freeBranch(withStepChange(flow('a>b/high a>c/low'), 'a', { agent: chooser }), NO_LIBRARY, 'a')).toBe('high')
  expect(freeBranch(document, NO_LIBRARY, 'c')).toBeUndefined()
})

test('an agent is the inline one, the carried one, or the library’s, in that order', () => {
  const lib = library(agent('http', { id: 'x', name: 'library' }))
  const carried = flow('a', { agents: [agent('http', { id: 'x', name: 'carried' })] })
  const named = withStepChange(carried, 'a', { agent: 'x' })
  const step = stepById(named, 'a')
  if (!step) throw new Error('no step')
  expect(agentOf(named, step, lib)?.name).toBe('carried')
  expect(agentOf({ agents: [] }, step, lib)?.name).toBe('library')
  expect(agentOf({ agents: [] }, { ...step, agent: agent('wait', { name: 'inline' }) }, lib)?.name).toBe('inline')
  expect(agentOf({ agents: [] }, step, library())).toBeUndefined()
})

test('a wire to a step that is gone stays, and leads to its ghost', () => {
  const document = flow('a>b b>c')
  const broken = { ...document, steps: document.steps.slice(1) }
  const nodes = toNodes(broken, NO_LIBRARY, NOTHING, [])
  expect(toGhosts(broken, nodes).map(({ id, data }) => [id, data.step])).toEqual([['ghost:a', 'a']])
  expect(toWires(broken, NOTHING, []).map(({ source, target }) => `${source} ${target}`)).toEqual(['ghost:a b', 'b c'])
  expect(toGhosts(document, toNodes(document, NO_LIBRARY, NOTHING, []))).toEqual([])
  const none = { ...document, steps: document.steps.slice(2) }
  expect(toWires(none, NOTHING, []).map(({ id }) => id)).toEqual(['e2'])
})

test('a ghost stands on no step and on no other ghost', () => {
  const steps = [{ x: 0, y: 0 }, { x: 300, y: 0 }, { x: 320, y: 90 }]
  const document = flow('a>gone a>lost b c')
  const drawn = { ...document, steps: document.steps.filter(({ id }) => 'abc'.includes(id)).map((step, index) => ({ ...step, position: steps[index] ?? null })) }
  const nodes = toNodes(drawn as typeof document, NO_LIBRARY, NOTHING, [])
  const boxes = [...nodes, ...toGhosts(drawn as typeof document, nodes)].map(({ position: { x, y }, measured }) => ({ x, y, height: measured?.height ?? 86 }))
  expect(boxes).toHaveLength(5)
  for (const [index, one] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      const covers = Math.abs(one.x - other.x) < 216 && one.y < other.y + other.height && other.y < one.y + one.height
      expect(covers).toBe(false)
    }
  }
})

test('steps without a place do not stand on each other', () => {
  const document = flow('a b')
  for (const step of document.steps) delete step.position
  const [a, b] = toNodes(document, NO_LIBRARY, NOTHING, [])
  expect(a?.position).not.toEqual(b?.position)
})

test('a layout keeps the upper left corner where it was', () => {
  const document = withStepChange(flow('a>b'), 'a', { position: { x: 400, y: 90 } })
  const graph = elkGraph(document, NO_LIBRARY)
  expect(graph.edges).toEqual([{ id: 'e1', sources: ['a out '], targets: ['b in'] }])
  const places = placesFrom({ id: 'root', children: [{ id: 'a', x: 0, y: 10 }, { id: 'b', x: 300, y: 0 }] }, document)
  expect(places.get('a')).toEqual({ x: 300, y: 10 })
  expect(places.get('b')).toEqual({ x: 600, y: 0 })
})
