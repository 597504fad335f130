import { screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import type { ErrorRecord, ExecutionDetail } from '@/api/types'

import { giveSize, renderWith } from '../testing'
import { attempt, execution, instant, step, timeout } from '../timeline/fixtures'
import { adviceFor } from './advice'
import { ExecutionBanner } from './ExecutionBanner'
import { ProgressText } from './ProgressText'
import { StepDetail } from './StepDetail'

const S = 1_000_000
const failure = { ...timeout, causes: ['query interrupted', 'database is locked'] }
const ran = step('a', 1, [attempt(1, { queued: 0, started: 0, ended: 2 * S })], { name: 'Analyzer' })
const failed = step(
  'b',
  2,
  [
    attempt(
      1,
      { queued: 2 * S, started: 2 * S, ended: 3 * S, due: 4 * S },
      { status: 'failed', failure, log: [{ level: 'warn', text: 'slow' }] },
    ),
    attempt(2, { queued: 4 * S, started: 4 * S, ended: 5 * S }, { status: 'failed', failure }),
  ],
  { name: 'Customer Data' },
)
const error: ErrorRecord = {
  step: 'b',
  step_name: 'Customer Data',
  position: 2,
  total: 3,
  attempt: 2,
  failure,
  input: { hash: 'in', bytes: 7 },
  at: instant(5 * S),
  completed: ['a'],
}

beforeEach(() => {
  giveSize(600, 400)
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response('{"hash":"in","bytes":7,"offset":0,"text":"{\\"a\\":1}","complete":true}')),
  )
})

function banner(run: ExecutionDetail) {
  const calls = {
    onRetry: vi.fn<() => void>(),
    onStop: vi.fn<() => void>(),
    onStarted: vi.fn<(id: string) => void>(),
    onShowStep: vi.fn<(id: string) => void>(),
  }
  renderWith(<ExecutionBanner execution={run} {...calls} />)
  return calls
}

test('a failure names the step, the message, what to do, the causes and the input', async () => {
  const calls = banner({ ...execution('failed', [ran, failed, step('c', 3, [])], 5 * S), error })
  expect(screen.getByTestId('execution-banner').textContent).toContain(
    'Failed at step 2 of 3: Customer Data after 5.0 s, attempt 2',
  )
  expect(screen.getByTestId('execution-error').textContent).toBe(timeout.message)
  expect(screen.getByTestId('execution-advice').textContent).toContain('Retry')
  await userEvent.click(screen.getByTestId('execution-error-details'))
  expect(screen.getByTestId('failure-causes').textContent).toBe('query interrupteddatabase is locked')
  expect(await screen.findByRole('tree', { name: 'Input that caused it' })).toBeTruthy()
  await userEvent.click(screen.getByText('Customer Data'))
  expect(calls.onShowStep).toHaveBeenCalledWith('b')
  await userEvent.click(screen.getByTestId('execution-retry'))
  expect(calls.onRetry).toHaveBeenCalledOnce()
})

test('who corrects the workflow is told that a retry does not use it', () => {
  const run = (code: 'agent_failed' | 'remote') => ({ code, message: 'no', transient: false })
  expect(adviceFor(run('agent_failed'))).toContain('Retry and Resume run it as it was then')
  expect(adviceFor(run('remote'))).toBe('Look at what the other side answered; if it was busy or down, retry later.')
  banner({ ...execution('failed', [ran, failed], 5 * S), error })
  expect(screen.getByTestId('execution-retry').title).toContain('the workflow as it was then')
  expect(screen.getByTestId('execution-resume').title).toContain('the workflow as it was then')
})

test('in a low place a failure takes one line until more is asked for', async () => {
  const run = { ...execution('failed', [ran, failed], 5 * S), error }
  renderWith(<ExecutionBanner execution={run} onRetry={() => undefined} onStop={() => undefined} onStarted={() => undefined} compact />)
  expect(screen.getByTestId('execution-error').textContent).toBe(timeout.message)
  expect(screen.queryByTestId('execution-advice')).toBeNull()
  await userEvent.click(screen.getByText('Show more'))
  expect(screen.getByTestId('execution-advice')).toBeTruthy()
  expect(screen.getByTestId('failure-causes')).toBeTruthy()
})

test('what has completed says how long it took and what happened on the way', () => {
  banner({
    ...execution('completed', [ran, step('s', 2, [], { status: 'skipped' })], 2 * S),
    usage: { llm_calls: 1, input_tokens: 300, output_tokens: 150, cost_usd: 0.004 },
  })
  expect(screen.getByTestId('execution-banner').textContent).toContain(
    'Completed in 2.0 s1 of 2 steps · 1 skipped · 450 tokens · $0.004',
  )
})

test('while it runs it can be stopped', async () => {
  const calls = banner({
    ...execution('running', [ran, step('b', 2, [])]),
    current_step: 'b',
  })
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('1')
  await userEvent.click(screen.getByTestId('execution-stop'))
  expect(calls.onStop).toHaveBeenCalledOnce()
})

test('progress is words and numbers', () => {
  renderWith(<ProgressText execution={execution('cancelled', [ran], 412)} />)
  expect(screen.getByTestId('execution-progress').textContent).toBe('Cancelled after 412 µs· 1 of 1')
})

test('the last attempt is shown until another is chosen', async () => {
  renderWith(<StepDetail execution={execution('failed', [failed])} step={failed} />)
  expect(screen.getByTestId('attempt-2').getAttribute('aria-pressed')).toBe('true')
  expect(screen.queryByTestId('step-log')).toBeNull()
  await userEvent.click(screen.getByTestId('attempt-1'))
  expect(screen.getByTestId('step-log').textContent).toBe('warnslow')
  expect(screen.getByTestId('failure-message').textContent).toBe(timeout.message)
})

test('a step that ran out of time between its attempts says why', () => {
  const all = { code: 'timeout', message: 'took longer than 400 ms, raise `step_timeout_ms`', transient: true } as const
  const stopped = attempt(2, { queued: 4 * S, started: 4 * S, ended: 5 * S }, { status: 'cancelled' })
  const late = step('b', 2, [attempt(1, { queued: 0, started: 0, ended: S }, { status: 'failed', failure }), stopped], { status: 'failed', error: { ...error, failure: all } })
  renderWith(<StepDetail execution={execution('failed', [late])} step={late} />)
  expect(screen.getByTestId('failure-message').textContent).toBe('took longer than 400 ms, raise step_timeout_ms')
})

test('a skipped step says why', () => {
  const reason = { why: 'condition_false', detail: { expression: 'input.amount > 500' } } as const
  const skipped = step('c', 3, [], { status: 'skipped', skip_reason: reason })
  renderWith(<StepDetail execution={execution('completed', [skipped])} step={skipped} />)
  expect(screen.getByTestId('step-detail').textContent).toContain('its condition was false (input.amount > 500)')
})

test('a sample is called one', () => {
  const sampled = step('c', 3, [attempt(1, { queued: 0, started: 0, ended: 5 }, { sampled: true })])
  renderWith(<StepDetail execution={execution('completed', [sampled])} step={sampled} />)
  expect(screen.getByText(/the agent’s sample, not its work/)).toBeTruthy()
})

test('a decision says what was decided, by whom and why', () => {
  const decided = step('c', 3, [], { status: 'completed', decided: { decision: 'rejected', by: 'Ada', comment: 'Too much' } })
  renderWith(<StepDetail execution={execution('completed', [decided])} step={decided} />)
  expect(screen.getByTestId('decided').textContent).toBe('Rejected by AdaToo much')
})

test('a step of kind Select says which agent it chose last', () => {
  const times = { queued: 0, started: 0, ended: 5 }
  const chose = step('c', 3, [attempt(1, times, { chosen: 'First' }), attempt(2, times, { chosen: 'Second' })])
  renderWith(<StepDetail execution={execution('completed', [chose])} step={chose} />)
  expect(screen.getByTestId('step-chosen').textContent).toBe('Second')
})
