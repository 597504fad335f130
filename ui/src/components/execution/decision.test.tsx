import { QueryClient } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { keys } from '@/api/keys'
import type { WaitingApproval, Workflow } from '@/api/types'
import { attempt, execution, instant, step } from '@/components/timeline/fixtures'
import { giveSize, renderWith } from '@/components/testing'

import { BreakpointControls } from './BreakpointControls'
import { decisionWithout } from './Deadline'
import { DecisionForm } from './DecisionForm'
import { turnsOf, turnsText } from './turns'
import { waitingSteps } from './waiting'
import { Waiting } from './WaitingBanner'

const approval: WaitingApproval = {
  execution: 'exec-1',
  workflow_id: 'wf-1',
  workflow_name: 'Refunds',
  step: 'ask',
  step_name: 'Ask',
  message: 'Refund **499**?',
  data: { hash: 'in', bytes: 14 },
  form: { type: 'object', properties: { amount: { type: 'number', title: 'Amount' } }, required: ['amount'] },
  requested_at: instant(0),
}

let sent: { url: string; body: unknown }[] = []
let answer: () => Response
beforeEach(() => {
  giveSize(600, 400)
  sent = []
  answer = () => new Response('{}', { status: 202, headers: { 'content-type': 'application/json' } })
  vi.stubGlobal('fetch', async (input: Request) => {
    if (input.method === 'GET') return new Response('{"amount":499}')
    sent.push({ url: new URL(input.url).pathname, body: JSON.parse(await input.text()) })
    return answer()
  })
})

test('what a person changes in the form goes on with the approval and its comment', async () => {
  renderWith(<DecisionForm approval={approval} />)
  const amount = await screen.findByTestId('field-/amount')
  await userEvent.clear(amount)
  await userEvent.type(amount, '250')
  await userEvent.type(screen.getByTestId('approval-comment'), 'half of it')
  await userEvent.click(screen.getByTestId('approve'))
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    url: '/api/workflows/wf-1/executions/exec-1/decide',
    body: { step: 'ask', decision: 'approved', output: { amount: 250 }, comment: 'half of it' },
  })
})

test('untouched data is not sent; a refusal says why', async () => {
  answer = () =>
    Response.json({ code: 'already_decided', message: 'step `ask` was approved by Ada', help: '' }, { status: 409 })
  renderWith(<DecisionForm approval={approval} />)
  await screen.findByTestId('field-/amount')
  await userEvent.click(screen.getByTestId('reject'))
  expect((await screen.findByTestId('approval-error')).textContent).toContain('approved by Ada')
  expect(sent[0]?.body).toEqual({ step: 'ask', decision: 'rejected' })
})

test('what is required and not there is said at its field, before anybody is asked', async () => {
  const form = { type: 'object', required: ['note', 'amount', 'sum'], properties: { note: { type: 'string' }, amount: { type: 'number' }, sum: { type: 'number' } } }
  renderWith(<DecisionForm approval={{ ...approval, form }} />)
  const note = await screen.findByTestId('field-/note')
  await userEvent.click(screen.getByTestId('approve'))
  expect(screen.getAllByText('Required')).toHaveLength(2)
  expect(sent).toEqual([])
  await userEvent.type(note, 'fine')
  await userEvent.type(screen.getByTestId('field-/sum'), '2')
  await userEvent.click(screen.getByTestId('approve'))
  await waitFor(() => expect(sent).toHaveLength(1))
})

test('data that the form does not show stands above it', async () => {
  const form = { type: 'object', properties: { note: { type: 'string' } } }
  renderWith(<DecisionForm approval={{ ...approval, form }} alone />)
  expect(await screen.findByText('What it is about')).toBeTruthy()
})

test('the deadline says what is taken for decided when nobody decides', () => {
  const ask = { id: 'ask', agent: { kind: 'approval', config: { message: '?', on_deadline: 'approve' } } }
  const workflow = { steps: [ask, { id: 'again', agent: 'asks' }], agents: [{ id: 'asks', kind: 'approval', config: { message: '?' } }] } as unknown as Workflow
  expect(['ask', 'ask[2]', 'again', 'sub/ask'].map((path) => decisionWithout(workflow, path))).toEqual(['approved', 'approved', 'rejected', undefined])
})

test('where a form has to be filled in first, the banner leads to it in place of a refusal', async () => {
  const asks = step('ask', 1, [attempt(1, { queued: 0, started: 1 }, { status: 'waiting', waiting: { what: 'approval', detail: { message: 'Refund?' } } as never })])
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } })
  const form = { type: 'object', required: ['note'], properties: { note: { type: 'string' } } }
  const deadline = instant(3_600_000_000)
  client.setQueryData(keys.approvals, [{ ...approval, form, deadline }])
  client.setQueryData(keys.executionWorkflow('exec-1'), { steps: [{ id: 'ask', agent: { kind: 'approval', config: {} } }] })
  const look = vi.fn<(path: string) => void>()
  const run = execution('paused', [asks])
  renderWith(<Waiting execution={run} waiting={waitingSteps(run)} onStop={() => undefined} onShowStep={look} compact={false} />, client)
  expect(screen.getByTestId('deadline').textContent).toContain('Rejected by itself if nobody decides by')
  await userEvent.click(await screen.findByText('Fill in and approve…'))
  expect(look).toHaveBeenCalledWith('ask')
  expect(sent).toEqual([])
})

test('a stopped step is let go on, or to the next step', async () => {
  const stopped = step('a', 1, [attempt(1, { queued: 0, started: 1 }, { waiting: { what: 'breakpoint' }, status: 'waiting' })])
  renderWith(<BreakpointControls run={execution('paused', [stopped])} step={stopped} />)
  await userEvent.click(screen.getByTestId('breakpoint-step-over'))
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    url: '/api/workflows/wf-1/executions/exec-1/release',
    body: { step: 'a', step_over: true },
  })
})

test('an edited value is given up again', async () => {
  const input = { hash: 'in', bytes: 14 }
  const stopped = step('a', 1, [attempt(1, { queued: 0, started: 1 }, { waiting: { what: 'breakpoint' }, status: 'waiting', input })])
  renderWith(<BreakpointControls run={execution('paused', [stopped])} step={stopped} />)
  await userEvent.click(await screen.findByTestId('breakpoint-edit'))
  await userEvent.click(screen.getByTestId('breakpoint-edit-cancel'))
  expect(screen.queryByTestId('breakpoint-edit-cancel')).toBeNull()
  await userEvent.click(screen.getByTestId('breakpoint-continue'))
  await waitFor(() => expect(sent[0]?.body).toEqual({ step: 'a', step_over: false }))
})

test('steps that wait are found within loops; those that have ended do not wait', () => {
  const waits = attempt(1, { queued: 0, started: 1 }, { waiting: { what: 'breakpoint' }, status: 'waiting' })
  const run = {
    ...execution('paused', [step('a', 1, [waits], { status: 'cancelled' })]),
    nested: [step('b', 1, [waits], { path: 'each[2]', parent: 'each', turn: 2 })],
  }
  expect(waitingSteps(run).map((each) => each.step.path)).toEqual(['each[2]'])
})

test('a loop says how far it is, of how many when that is known', () => {
  const groups = [{ parent: 'each', total: 9, counts: { completed: 6, failed: 1, running: 2 } }]
  const run = { ...execution('running', []), groups }
  const opened = { seq: 1, at: instant(0), kind: { type: 'attempt_started', data: { step: 'each', attempt: 1, input: { hash: 'h', bytes: 2 }, turns: 40 } } } as const
  const planned = turnsOf(run, [opened], 'each')
  expect(planned && turnsText(planned)).toBe('7 of 40, 1 failed')
  const repeated = turnsOf(run, [], 'each')
  expect(repeated && turnsText(repeated)).toBe('7 turns, 1 failed')
  expect(turnsOf(run, [], 'other')).toBeUndefined()
})
