import { expect, test } from 'vitest'

import { flow, withStepChange } from '../testing'
import { setBreakpoint, setEdgeWhen, setJoin, setLoop, setPin, toggleBreakpoints } from './flow'
import { changeStepId } from './step'

const step = (document: ReturnType<typeof flow> | undefined, id: string) => document?.steps.find((each) => each.id === id)

test('what goes without saying is not written down', () => {
  const joined = setJoin(flow('a>c b>c'), 'c', { at_least: 2 })?.document
  expect(step(joined, 'c')?.join).toEqual({ at_least: 2 })
  expect('join' in (step(setJoin(joined ?? flow(''), 'c', 'all')?.document, 'c') ?? {})).toBe(false)
  const looped = setLoop(flow('a'), 'a', { for_each: { items: 'input.orders' } })?.document
  expect('loop' in (step(setLoop(looped ?? flow(''), 'a', undefined)?.document, 'a') ?? {})).toBe(false)
})

test('a pinned null is a value; unpinning what is not pinned is nothing', () => {
  const pinned = setPin(flow('a'), 'a', null)?.document
  expect(step(pinned, 'a')?.pin).toBeNull()
  expect('pin' in (step(setPin(pinned ?? flow(''), 'a', undefined)?.document, 'a') ?? {})).toBe(false)
  expect(setPin(flow('a'), 'a', undefined)).toBeNull()
})

test('breakpoints of several steps are set together, and removed only when all have one', () => {
  const one = withStepChange(flow('a b'), 'a', { breakpoint: { disabled: false, when: 'input.n > 1' } })
  const both = toggleBreakpoints(one, ['a', 'b'])?.document
  expect(step(both, 'a')?.breakpoint?.when).toBe('input.n > 1')
  expect(step(both, 'b')?.breakpoint).toBeDefined()
  const none = toggleBreakpoints(both ?? one, ['a', 'b'])?.document
  expect(none?.steps.some((each) => each.breakpoint)).toBe(false)
  expect(setBreakpoint(flow('a'), 'a', undefined)).toBeNull()
})

test('an emptied condition of a wire is taken away', () => {
  const set = setEdgeWhen(flow('a>b'), 'e1', 'item.ok')?.document
  expect(set?.edges[0]).toEqual({ id: 'e1', from: 'a', to: 'b', when: 'item.ok' })
  expect(setEdgeWhen(set ?? flow(''), 'e1', '')?.document.edges[0]).toEqual({ id: 'e1', from: 'a', to: 'b' })
  expect(setEdgeWhen(flow('a>b'), 'e1', '')).toBeNull()
})

test('loops, breakpoints and conditions of wires follow a step’s new id', () => {
  let document = flow('a>b b>c')
  document = withStepChange(document, 'b', {
    loop: { for_each: { items: 'steps.a.output.list' } },
    breakpoint: { disabled: false, when: 'steps.a.output.n > 1' },
  })
  document = withStepChange(document, 'c', { loop: { repeat: { until: 'item.n > steps.a.output.n', max_turns: 3 } } })
  document = setEdgeWhen(document, 'e2', 'steps.a.output.ok')?.document ?? document
  const renamed = changeStepId(document, 'a', 'first')?.document
  expect(step(renamed, 'b')?.loop).toEqual({ for_each: { items: 'steps.first.output.list' } })
  expect(step(renamed, 'b')?.breakpoint?.when).toBe('steps.first.output.n > 1')
  expect(step(renamed, 'c')?.loop).toEqual({ repeat: { until: 'item.n > steps.first.output.n', max_turns: 3 } })
  expect(renamed?.edges[1]?.when).toBe('steps.first.output.ok')
})
