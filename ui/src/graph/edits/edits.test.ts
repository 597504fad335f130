import { expect, test } from 'vitest'

import { agent, flow, wires, withStepChange } from '../testing'
import { nodeHeight } from '../flow'
import { NOTHING, selectSteps } from '../selection'
import { addNote, addStep, clearPlace, insertStep, nextPlace } from './add'
import { align, arrange, move } from './move'
import { removeAndReconnect, removeSelection } from './remove'
import { changeAgent, changeStepId, customise, renameStep, setMapping, setPolicy } from './step'
import { barredFrom, connect, reconnect, wireVerdict } from './wires'
import { saveSample, setNote, setOutputField, setOutputMapping, setSetting } from './workflow'

const byId = (step: { id: string }) => step.id
const addition = { agent: 'ticket-analyzer', name: 'Ticket Analyzer' }

test('a new step gets an id from its name, is selected, and hides behind nothing', () => {
  const once = addStep(flow(''), addition, { x: 10.4, y: 20 })
  const twice = addStep(once.document, addition, { x: 10, y: 20 })
  expect(twice.document.steps.map(byId)).toEqual(['ticket_analyzer', 'ticket_analyzer_2'])
  expect(twice.document.steps.map((step) => step.position)).toEqual([
    { x: 10, y: 20 },
    { x: 10, y: 146 },
  ])
  expect([...(twice.select?.steps ?? [])]).toEqual(['ticket_analyzer_2'])
  expect(once.label).toBe('Add Ticket Analyzer')
})

test('a step drawn from a port is wired to it, by its branch', () => {
  const after = addStep(flow('a'), addition, { x: 0, y: 0 }, { how: 'after', step: 'a', branch: 'yes' })
  expect(wires(after.document)).toBe('a>ticket_analyzer/yes')
  const before = addStep(flow('a'), addition, { x: 0, y: 0 }, { how: 'before', step: 'a' })
  expect(wires(before.document)).toBe('ticket_analyzer>a')
})

test('a step dropped on a wire takes its place in it; the first half keeps id and branch', () => {
  const { document } = addStep(flow('a>b/yes b>c'), addition, { x: 0, y: 0 }, { how: 'into', edge: 'e1' })
  expect(document.edges).toEqual([
    { id: 'e1', from: 'a', to: 'ticket_analyzer', branch: 'yes' },
    { id: 'e3', from: 'ticket_analyzer', to: 'b' },
    { id: 'e2', from: 'b', to: 'c' },
  ])
  expect(wires(insertStep(flow('a>b x'), 'x', 'e1', 'X')?.document ?? flow(''))).toBe('a>x x>b')
  expect(insertStep(flow('a>b'), 'a', 'e1', 'A')).toBeNull()
})

test('steps added one after the other stand side by side, not on top of each other', () => {
  const document = flow('a b')
  expect(nextPlace(document, 'a', { x: 0, y: 0 })).toEqual({ x: 296, y: 126 })
  expect(nextPlace(document, null, { x: 500, y: 300 })).toEqual({ x: 392, y: 257 })
})

test('a place that is clear covers no step, however high one is', () => {
  const choice = agent('condition', { config: { branches: ['a', 'b', 'c'].map((name) => ({ name, when: 'true' })), default: 'd' } })
  const document = withStepChange(flow('a'), 'a', { agent: choice })
  expect(clearPlace(document, { x: 40, y: 100 })).toEqual({ x: 40, y: nodeHeight(4) + 40 })
  expect(clearPlace(document, { x: 300, y: 30 })).toEqual({ x: 300, y: 30 })
  // Nor one that stands where the first would make room.
  const two = { ...document, steps: [...document.steps, { id: 'z', agent: agent('wait'), position: { x: 0, y: nodeHeight(4) + 60 } }] }
  expect(clearPlace(two, { x: 0, y: 0 })).toEqual({ x: 0, y: nodeHeight(4) + 60 + nodeHeight(1) + 40 })
})

test('a wire that exists, or leads to its own step, is not drawn; a cycle is', () => {
  const document = flow('a>b')
  expect(connect(document, 'a', 'b')).toBeNull()
  expect(connect(document, 'a', 'a')).toBeNull()
  expect(wires(connect(document, 'a', 'b', 'yes')?.document ?? document)).toBe('a>b a>b/yes')
  expect(wireVerdict(document, 'b', 'a', undefined)).toEqual({ fits: false, reason: 'cycle', steps: ['a', 'b'] })
  expect(wires(connect(document, 'b', 'a')?.document ?? document)).toBe('a>b b>a')
})

test('a wire taken elsewhere keeps its id and loses a branch it no longer leaves by', () => {
  const edit = reconnect(flow('a>b/yes c'), 'e1', { from: 'a', to: 'c' })
  expect(edit?.document.edges).toEqual([{ id: 'e1', from: 'a', to: 'c' }])
  expect(reconnect(flow('a>b a>c'), 'e2', { from: 'a', to: 'b' })).toBeNull()
})

test('removing a step takes its wires along and nothing else', () => {
  const edit = removeSelection(flow('a>b b>c a>c'), selectSteps(['b']), byId)
  expect(edit?.document.steps.map(byId)).toEqual(['a', 'c'])
  expect(wires(edit?.document ?? flow(''))).toBe('a>c')
  expect(edit?.label).toBe('Remove b')
  expect(removeSelection(flow('a'), NOTHING, byId)).toBeNull()
})

test('removing and reconnecting bridges the gap, by the branch that led in, without doubling wires', () => {
  const bridged = removeAndReconnect(flow('a>b/yes x>b b>c b>d x>c'), selectSteps(['b']), byId)
  expect(wires(bridged?.document ?? flow(''))).toBe('x>c a>c/yes a>d/yes x>d')
  const two = removeAndReconnect(flow('a>b b>c c>d'), selectSteps(['b', 'c']), byId)
  expect(wires(two?.document ?? flow(''))).toBe('a>d')
})

test('moving rounds to pixels and is no edit when nothing moved', () => {
  const document = flow('a b')
  const places = (x: number) => ({ steps: new Map([['a', { x, y: 0.4 }]]), notes: new Map() })
  expect(move(document, places(10.6), byId)?.document.steps[0]?.position).toEqual({ x: 11, y: 0 })
  expect(move(document, places(0.2), byId)).toBeNull()
  expect(move(document, places(10), byId)?.document.steps[1]).toBe(document.steps[1])
  expect(arrange(document, new Map([['b', { x: 5, y: 5 }]]))?.label).toBe('Arrange the steps')
})

test('steps line up, and spread without overlapping', () => {
  const document = withStepChange(flow('a b c'), 'b', { position: { x: 100, y: 50 } })
  const all = new Set(['a', 'b', 'c'])
  expect(align(document, all, 'top')?.document.steps.map((step) => step.position?.y)).toEqual([0, 0, 0])
  expect(align(document, all, 'columns')?.document.steps.map((step) => step.position?.x)).toEqual([0, 300, 600])
  expect(align(document, new Set(['a']), 'left')).toBeNull()
})

test('a new id is followed by wires and expressions, and by nothing that only looks like it', () => {
  let document = flow('a>b', { settings: { stop_on_error: true, max_parallel: 1, checkpoints: true, output: { mapping: { x: 'steps.a.output' } } } })
  document = withStepChange(document, 'b', {
    mapping: { one: 'steps.a.output.x + steps.ab.output', two: '"steps.a" + steps["a"].output', three: 'x.steps.a' },
    when: 'steps . a.output == 1',
  })
  const next = changeStepId(document, 'a', 'first')?.document
  expect(wires(next ?? document)).toBe('first>b')
  expect(next?.steps[1]?.mapping).toEqual({
    one: 'steps.first.output.x + steps.ab.output',
    two: '"steps.a" + steps["first"].output',
    three: 'x.steps.a',
  })
  expect(next?.steps[1]?.when).toBe('steps . first.output == 1')
  expect(next?.settings.output?.mapping).toEqual({ x: 'steps.first.output' })
  expect(changeStepId(document, 'a', 'b')).toBeNull()
  expect(changeStepId(document, 'a', '1st')).toBeNull()
})

test('what a document does not know stays in it through every edit', () => {
  const document = { ...flow('a>b'), future: { big: 1 } } as ReturnType<typeof flow>
  const [first] = document.steps
  Object.assign(first ?? {}, { tomorrow: true })
  const next = renameStep(document, 'a', 'New name')?.document
  expect(next).toMatchObject({ future: { big: 1 } })
  expect(next?.steps[0]).toMatchObject({ tomorrow: true, name: 'New name' })
})

test('optional fields go away instead of becoming empty', () => {
  const named = renameStep(flow('a'), 'a', 'A')?.document ?? flow('')
  expect(renameStep(named, 'a', '')?.document.steps[0]).not.toHaveProperty('name')
  const mapped = setMapping(flow('a'), 'a', { x: 'input' })?.document ?? flow('')
  expect(setMapping(mapped, 'a', undefined)?.document.steps[0]).not.toHaveProperty('mapping')
  const strict = setPolicy(flow('a'), 'a', 'timeout_ms', { timeout_ms: 5 })?.document ?? flow('')
  expect(setPolicy(strict, 'a', 'timeout_ms', { timeout_ms: undefined })?.document.steps[0]).not.toHaveProperty('policy')
  expect(setSetting(flow('a'), 'timeout_ms', undefined).document.settings).not.toHaveProperty('timeout_ms')
})

test('an agent of the library is changed only after it was written into the step', () => {
  const document = withStepChange(flow('a'), 'a', { agent: 'lib' })
  expect(changeAgent(document, 'a', 'settings', { config: { x: 1 } })).toBeNull()
  const lib = agent('script', { id: 'lib', config: { code: '1' } })
  const own = customise(document, 'a', lib)?.document ?? document
  expect(own.steps[0]?.agent).toEqual({ kind: 'script', config: { code: '1' } })
  expect(changeAgent(own, 'a', 'settings', { config: { code: '2' } })?.document.steps[0]?.agent).toMatchObject({ config: { code: '2' } })
  expect(lib.config).toEqual({ code: '1' })
})

test('notes and samples are added, changed and replaced by name', () => {
  const noted = addNote(flow(''), { x: 1, y: 2 }).document
  expect(setNote(noted, 'n1', 'Hello')?.document.notes).toEqual([{ id: 'n1', text: 'Hello', position: { x: 1, y: 2 } }])
  const sampled = saveSample(saveSample(flow(''), 's', 1).document, 's', 2).document
  expect(sampled.tests).toEqual([{ name: 's', input: 2 }])
})

test('the output has the fields that were given to it, and beside them its limit', () => {
  const limited = setSetting(flow('a'), 'output', { max_bytes: 5 }).document
  const given = setOutputField(limited, 'id', 'steps.a.output.id').document
  expect(given.settings.output).toEqual({ max_bytes: 5, mapping: { id: 'steps.a.output.id' } })
  expect(setOutputMapping(given, {}).document.settings.output).toEqual({ max_bytes: 5 })
})

test('a wire is barred from its own step, from those before it, and from where the same branch leads already', () => {
  const document = flow('a>b b>c c>d/yes e')
  expect([...barredFrom(document, 'c', 'yes')].sort()).toEqual(['a', 'b', 'c', 'd'])
  expect([...barredFrom(document, 'c', 'no')].sort()).toEqual(['a', 'b', 'c'])
  expect([...barredFrom(document, 'e', undefined)]).toEqual(['e'])
})
