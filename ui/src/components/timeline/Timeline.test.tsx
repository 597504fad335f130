import { QueryClient } from '@tanstack/react-query'
import { act, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { keys } from '@/api/keys'
import type { ExecutionDetail, StepView } from '@/api/types'

import { giveSize, renderWith } from '../testing'
import { describeChanges } from './Announcer'
import { attempt, execution, step, timeout } from './fixtures'
import { rowsOf } from './rows'
import { Timeline } from './Timeline'

const S = 1_000_000

const retried: StepView[] = [
  step('analyzer', 1, [attempt(1, { queued: 0, started: 0, ended: 2 * S })], { name: 'Analyzer' }),
  step(
    'customer',
    2,
    [
      attempt(1, { queued: 2 * S, started: 2 * S, ended: 5 * S, due: 6 * S }, { status: 'failed', failure: timeout }),
      attempt(2, { queued: 6 * S, started: 6 * S, ended: 9 * S }),
    ],
    { name: 'Customer Data' },
  ),
  step('refund', 3, [], { name: 'Refund', status: 'skipped' }),
]

beforeEach(() => giveSize(1000, 400))

/** A client that knows the document that ran. */
function knowing(run: ExecutionDetail): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  const edges = run.steps
    .slice(1)
    .map((to, index) => ({ id: `e${index}`, from: run.steps[index]?.id ?? '', to: to.id }))
  client.setQueryData(keys.executionWorkflow(run.id), { edges })
  return client
}

function show(run: ExecutionDetail, props: { selectedStep?: string; live?: boolean } = {}) {
  const onSelectStep = vi.fn<(id: string) => void>()
  const view = renderWith(<Timeline execution={run} onSelectStep={onSelectStep} {...props} />, knowing(run))
  return { ...view, onSelectStep }
}

test('each step is a row that says how it went, and the critical path is summed up', () => {
  show(execution('completed', retried, 9 * S))
  const rows = screen.getAllByRole('option')
  expect(rows.map((row) => row.querySelector('.sr-only')?.textContent)).toEqual([
    'Analyzer, completed, 2.0 s, on the critical path',
    'Customer Data, completed, 7.0 s, 2 attempts, earlier timeout, on the critical path',
    'Refund, skipped',
  ])
  expect(screen.getByTestId('timeline-critical-path').textContent).toBe(
    'Critical path 9.0 s: Analyzer → Customer Data (1 retry cost 4.0 s)',
  )
})

test('a name is read its own way, so that its end is what is cut', () => {
  show(execution('completed', [step('a', 1, [], { name: 'مراجعة الطلبات' })]))
  expect(screen.getByTitle('مراجعة الطلبات').dir).toBe('auto')
})

test('a click on a row or a bar selects the step; arrows, Home and End walk', async () => {
  const { onSelectStep } = show(execution('completed', retried, 9 * S), { selectedStep: 'customer' })
  await userEvent.click(screen.getByTestId('timeline-row-analyzer'))
  expect(onSelectStep).toHaveBeenLastCalledWith('analyzer')
  screen.getByRole('listbox').focus()
  await userEvent.keyboard('{ArrowDown}')
  expect(onSelectStep).toHaveBeenLastCalledWith('refund')
  await userEvent.keyboard('{ArrowUp}')
  expect(onSelectStep).toHaveBeenLastCalledWith('analyzer')
  await userEvent.keyboard('{End}')
  expect(onSelectStep).toHaveBeenLastCalledWith('refund')
  await userEvent.keyboard('{Home}')
  expect(onSelectStep).toHaveBeenLastCalledWith('analyzer')
  expect(screen.getByRole('listbox').getAttribute('aria-activedescendant')).toBe(
    screen.getByTestId('timeline-row-customer').id,
  )
})

test('of ten thousand steps only those in view are in the page', () => {
  const steps = Array.from({ length: 10_000 }, (_, index) =>
    step(`s${index}`, index + 1, [attempt(1, { queued: index, started: index, ended: index + 1 })]),
  )
  show(execution('completed', steps, 10_001))
  expect(screen.getAllByRole('option').length).toBeLessThan(60)
  expect(screen.getByTestId('timeline-row-s0').getAttribute('aria-setsize')).toBe('10000')
})

test('a long gap is folded to its length, and a click unfolds it until it is folded again', async () => {
  const steps = [
    step('a', 1, [attempt(1, { queued: 0, started: 0, ended: S })]),
    step('b', 2, [attempt(1, { queued: 3600 * S, started: 3600 * S, ended: 3601 * S })]),
  ]
  show(execution('completed', steps, 3601 * S))
  const fold = screen.getByTestId('timeline-fold')
  expect(fold.textContent).toBe('59 min')
  expect(fold.title).toContain('59 min 59 s')
  await userEvent.click(fold)
  expect(screen.queryByTestId('timeline-fold')).toBeNull()
  await userEvent.click(screen.getByTestId('timeline-fold-all'))
  expect(screen.getByTestId('timeline-fold')).toBeTruthy()
})

test('zooming lets go of the present, and Follow takes it up again', async () => {
  show(execution('running', [step('a', 1, [attempt(1, { queued: 0, started: 0 })])]), { live: true })
  expect(screen.queryByTestId('timeline-follow')).toBeNull()
  await userEvent.click(screen.getByTestId('timeline-zoom-in'))
  await userEvent.click(screen.getByTestId('timeline-follow'))
  expect(screen.queryByTestId('timeline-follow')).toBeNull()
})

test('what has ended has nothing to follow', async () => {
  show(execution('completed', retried, 9 * S), { live: true })
  await userEvent.click(screen.getByTestId('timeline-zoom-in'))
  expect(screen.queryByTestId('timeline-follow')).toBeNull()
})

test('changes of status are said, many of them as sums', () => {
  const rows = rowsOf(execution('running', retried)).rows
  const before = new Map(rows.map((row) => [row.id, 'pending' as const]))
  expect(describeChanges(before, rows)).toBe('Analyzer completed, Customer Data completed, Refund skipped')
  expect(describeChanges(new Map(rows.map((row) => [row.id, row.status])), rows)).toBe('')
  const many = Array.from(
    { length: 5 },
    (_, index) => ({ ...rows[index % 3], id: `r${index}` }) as (typeof rows)[number],
  )
  expect(describeChanges(new Map(many.map((row) => [row.id, 'running' as const])), many)).toBe('4 completed, 1 skipped')
})

test('screen readers are not told of steps that were only loaded', () => {
  expect(describeChanges(new Map(), rowsOf(execution('running', retried)).rows)).toBe('')
})

test('screen readers are told once the changes have settled', () => {
  vi.useFakeTimers()
  const waiting = execution('running', [step('a', 1, [], { name: 'Analyzer' })])
  const { again } = show(waiting)
  act(() => vi.advanceTimersByTime(2_000))
  expect(screen.getByTestId('timeline-announcer').textContent).toBe('')
  const done = execution(
    'completed',
    [step('a', 1, [attempt(1, { queued: 0, started: 0, ended: 5 })], { name: 'Analyzer' })],
    5,
  )
  again(<Timeline execution={done} onSelectStep={() => undefined} />)
  act(() => vi.advanceTimersByTime(2_000))
  expect(screen.getByTestId('timeline-announcer').textContent).toBe('Analyzer completed')
  vi.useRealTimers()
})

test('what a failure kept from running was not cancelled by anybody: it did not run, or was stopped', () => {
  const failed = step('a', 1, [attempt(1, { queued: 0, started: 0, ended: S }, { status: 'failed', failure: timeout })], { name: 'Ask' })
  const beside = step('b', 2, [attempt(1, { queued: 0, started: 0, ended: S }, { status: 'cancelled' })], { name: 'Beside' })
  const after = step('c', 3, [], { name: 'After', status: 'cancelled' })
  const run = execution('failed', [failed, beside, after], S)
  show(run)
  const rows = screen.getAllByRole('option').slice(1)
  expect(rows.map((row) => row.querySelector('.sr-only')?.textContent)).toEqual(['Beside, stopped, 1.0 s', 'After, not run'])
  expect(screen.getByTestId('timeline-row-c').textContent).toContain('Afternot run')
  const before = new Map(run.steps.map(({ path }) => [path, 'pending' as const]))
  expect(describeChanges(before, rowsOf(run).rows)).toBe('Ask failed, Beside stopped, After not run')
})
