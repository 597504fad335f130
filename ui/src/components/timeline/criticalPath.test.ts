import { expect, test } from 'vitest'

import { criticalPath, describePath } from './criticalPath'
import { attempt, execution, step, timeout, ZERO } from './fixtures'
import { rowsOf } from './rows'

const S = 1_000_000
const ran = (id: string, position: number, from: number, to: number) =>
  step(id, position, [attempt(1, { queued: from, started: from, ended: to })])

test('names the chain that decided the duration, with what retries cost', () => {
  const failed = attempt(
    1,
    { queued: 2 * S, started: 2 * S, ended: 5 * S, due: 6 * S },
    { status: 'failed', failure: timeout },
  )
  const steps = [
    ran('Analyzer', 1, 0, 2 * S),
    step('Customer', 2, [failed, attempt(2, { queued: 6 * S, started: 6 * S, ended: 9 * S })]),
    ran('Beside', 3, 2 * S, 4 * S),
    ran('Solution', 4, 9 * S, 12 * S),
  ]
  const edges = [
    { from: 'Analyzer', to: 'Customer' },
    { from: 'Analyzer', to: 'Beside' },
    { from: 'Customer', to: 'Solution' },
    { from: 'Beside', to: 'Solution' },
  ]
  const path = criticalPath(rowsOf(execution('completed', steps, 12 * S)).rows, edges, ZERO)
  expect(path && describePath(path)).toBe('Critical path 12.0 s: Analyzer → Customer (1 retry cost 4.0 s) → Solution')
})

test('an unrelated step that ended at the same moment is not on it', () => {
  const steps = [ran('a', 1, 0, 5), ran('other', 2, 0, 6), ran('b', 3, 5, 20)]
  const path = criticalPath(rowsOf(execution('completed', steps, 20)).rows, [{ from: 'a', to: 'b' }], ZERO)
  expect(path?.steps.map((one) => one.id)).toEqual(['a', 'b'])
})

test('skipped steps are looked through', () => {
  const steps = [ran('a', 1, 0, 5), step('skipped', 2, [], { status: 'skipped' }), ran('b', 3, 5, 20)]
  const edges = [
    { from: 'a', to: 'skipped' },
    { from: 'skipped', to: 'b' },
  ]
  const path = criticalPath(rowsOf(execution('completed', steps, 20)).rows, edges, ZERO)
  expect(path?.steps.map((one) => one.id)).toEqual(['a', 'b'])
})

test('while it runs the path is the one so far', () => {
  const steps = [ran('a', 1, 0, 5 * S), step('b', 2, [attempt(1, { queued: 5 * S, started: 5 * S })])]
  const path = criticalPath(rowsOf(execution('running', steps)).rows, [{ from: 'a', to: 'b' }], ZERO + 8 * S)
  expect(path && describePath(path)).toBe('Critical path so far 8.0 s: a → b')
})

test('a long chain is counted, and its longest step named', () => {
  const steps = Array.from({ length: 500 }, (_, index) =>
    ran(`s${index}`, index + 1, index * 10, index * 10 + (index === 7 ? 10 : 9)),
  )
  const edges = steps.slice(1).map((one, index) => ({ from: `s${index}`, to: one.id }))
  const path = criticalPath(rowsOf(execution('completed', steps, 5000)).rows, edges, ZERO)
  expect(path && describePath(path)).toBe('Critical path 5.0 ms: 500 steps, longest s7 with 10 µs')
})

test('when nothing ran there is no path, and a cycle in the edges is no trap', () => {
  expect(criticalPath(rowsOf(execution('failed', [step('a', 1, [])], 5)).rows, [], ZERO)).toBeUndefined()
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ]
  const path = criticalPath(rowsOf(execution('completed', [ran('a', 1, 0, 5), ran('b', 2, 5, 9)], 9)).rows, edges, ZERO)
  expect(path?.steps).toHaveLength(2)
})
