import { expect, test } from 'vitest'

import type { ExecutionDetail } from '@/api/types'

import { attempt, execution, step } from './fixtures'
import { FALLBACK, rowsOf, type Unfolded } from './rows'
import { barLabel, countsText, segmentTitle } from './words'

const ran = () => [attempt(1, { queued: 0, started: 0, ended: 10 })]
const turn = (number: number) => step('each', 1, ran(), { path: `each[${number}]`, parent: 'each', turn: number })
const loop = (): ExecutionDetail => ({
  ...execution('completed', [step('each', 1, ran()), step('after', 2, ran())], 20),
  nested: [turn(0), turn(1), step('look', 1, ran(), { path: 'each[1]/look', parent: 'each[1]' })],
  groups: [
    { parent: 'each', total: 2500, counts: { completed: 2498, failed: 2 } },
    { parent: 'each[1]', total: 1, counts: { completed: 1 } },
  ],
})
const shown = (open: string[], pages?: Unfolded['pages']) =>
  rowsOf(loop(), { open: new Set(open), ...(pages && { pages }) }).rows.map((row) => `${row.depth} ${row.name}`)

test('turns are folded with their counts until somebody unfolds them', () => {
  expect(shown([])).toEqual(['0 each', '0 after'])
  const within = rowsOf(loop()).rows[0]?.within
  expect(within && countsText(within)).toBe('2,500 turns: 2,498 completed, 2 failed')
  expect(shown(['each'])).toEqual(['0 each', '1 Turn 1', '1 Turn 2', '1 Show 1,000 more of 2,498', '0 after'])
  expect(shown(['each', 'each[1]'])).toContain('2 look')
})

test('a further page follows the first; what comes after it is asked for after its last turn', () => {
  const pages = new Map([['each', { steps: [turn(2), turn(3)], groups: [] }]])
  expect(shown(['each'], pages)).toContain('1 Turn 4')
  const more = rowsOf(loop(), { open: new Set(['each']), pages }).rows.find((row) => row.more)?.more
  expect(more).toEqual({ parent: 'each', after: 'each[3]', left: 2496 })
})

test('the steps of the fallback workflow stand last, unasked', () => {
  const run = {
    ...execution('failed', [step('a', 1, ran())], 20),
    nested: [step('notify', 1, ran(), { path: `${FALLBACK}/notify`, parent: FALLBACK })],
    groups: [{ parent: FALLBACK, total: 1, counts: { completed: 1 } }],
  }
  expect(rowsOf(run).rows.map((row) => row.id)).toEqual(['a', '~fallback/notify'])
})

test('waits for a pool and for a person are stretches of their own; answers that are not the agent’s say so', () => {
  const pooled = attempt(1, { queued: 0, started: 50, ended: 80 }, { pool: { name: 'openai', since: '2026-11-20T12:00:00.000020Z' } })
  const cached = attempt(1, { queued: 0, started: 0, ended: 5 }, { source: 'cache' })
  const asked = attempt(1, { queued: 0, started: 0 }, { status: 'waiting', waiting: { what: 'approval', detail: { message: 'Go on?' } } })
  const steps = [step('a', 1, [pooled]), step('b', 2, [cached]), step('c', 3, [asked], { kind: 'approval' })]
  const { rows } = rowsOf(execution('paused', steps))
  const titles = rows.map((row) => row.segments.map((segment) => segmentTitle(segment, 1)))
  expect(titles).toEqual([
    ['Queued', 'Waited for a place in the pool openai', 'Completed'],
    ['Completed, cached'],
    ['Waits for a person'],
  ])
  const answer = rows[1]?.segments[0]
  expect(answer && barLabel(answer, 1, 0)).toBe('cached')
})

test('a loop is held, not running, while one of its turns waits for a person', () => {
  const open = attempt(1, { queued: 0, started: 0 })
  const stopped = attempt(1, { queued: 0, started: 5 }, { status: 'waiting', waiting: { what: 'breakpoint' } })
  const run = {
    ...execution('paused', [step('each', 1, [open], { name: 'Each item' }), step('other', 2, [open])]),
    nested: [step('each', 1, [stopped], { path: 'each[0]', parent: 'each', turn: 0 })],
    groups: [{ parent: 'each', total: 1, counts: { waiting: 1 } }],
  }
  const [each, other] = rowsOf(run).rows
  expect([each?.shown, other?.shown]).toEqual(['waiting', 'running'])
  expect(each?.segments.map((segment) => barLabel(segment, 1, 0))).toEqual(['held'])
})
