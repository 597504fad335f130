import { screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'

import type { StepView, Workflow } from '@/api/types'
import { toNodes, type StepData } from '@/graph/flow'
import { NOTHING } from '@/graph/selection'
import { flow, library, withStepChange } from '@/graph/testing'

import { renderWith } from '../testing'
import { attempt, instant, step, timeout } from '../timeline/fixtures'
import { heldSteps } from './held'
import { StepFoot } from './StepFoot'

const S = 1_000_000

function dataOf(document: Workflow): StepData {
  const [node] = toNodes(document, library(), NOTHING, [])
  if (node?.type !== 'step') throw new Error('there is no step')
  return node.data
}

function foot(run: StepView, more: { turns?: string; held?: string } = {}, document = flow('a')) {
  const { container } = renderWith(<StepFoot data={dataOf(document)} run={run} {...more} />)
  return container
}

/** What is there for the eye. */
function seen(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement
  for (const hidden of copy.querySelectorAll('.sr-only, style')) hidden.remove()
  return copy.textContent.replaceAll(/\s+/g, ' ').trim()
}

afterEach(() => {
  vi.useRealTimers()
})

test('between two attempts it says when the next one begins, and which it is', () => {
  vi.setSystemTime(instant(3 * S))
  const failed = attempt(1, { queued: 0, started: 0, ended: 2 * S, due: 6.5 * S }, { status: 'failed', failure: timeout })
  const run = { ...step('a', 1, [failed]), status: 'waiting' as const }
  expect(seen(foot(run))).toBe('tries again in 4 s 2 of 3')
  expect(screen.getByTestId('next-attempt').title).toBe(`Attempt 2 of 3. The last one failed: ${timeout.message}`)
})

test('how many attempts there will be is what the step’s own policy says', () => {
  vi.setSystemTime(instant(9 * S))
  const failed = attempt(4, { queued: 0, started: 0, ended: 2 * S, due: 8 * S }, { status: 'failed', failure: timeout })
  const retry = { max_attempts: 7, all_errors: false, backoff: { initial_ms: 1, factor: 1, max_ms: 1, jitter: 0 } }
  const document = withStepChange(flow('a'), 'a', { policy: { retry } })
  expect(seen(foot({ ...step('a', 1, [failed]), status: 'waiting' }, {}, document))).toBe('tries again now 5 of 7')
})

test('a loop that is held by one of its turns does not look as if it ran', () => {
  const waits = attempt(1, { queued: 0, started: 0 }, { status: 'waiting', waiting: { what: 'breakpoint' } as never })
  const turn = { ...step('each[2]', 1, [waits]), status: 'waiting' as const, parent: 'each', turn: 2, name: 'Each' }
  expect(heldSteps([turn])).toEqual(new Map([['each', 'paused at turn 3']]))
  const runs = { ...step('a', 1, [attempt(1, { queued: 0, started: 0 }, { status: 'running' })]), status: 'running' as const }
  const shown = foot(runs, { held: 'paused at turn 3', turns: '2 of 5' })
  expect(seen(shown)).toBe('paused at turn 3 2 of 5')
})

test('what holds a step is named by turn, by step, or counted', () => {
  const waits = (path: string, name: string) => ({
    ...step(path, 1, [attempt(1, { queued: 0 }, { status: 'waiting', waiting: { what: 'approval' } as never })]),
    status: 'waiting' as const,
    name,
  })
  expect(heldSteps([waits('sub/ask', 'Ask the boss')])).toEqual(new Map([['sub', 'asks in Ask the boss']]))
  expect(heldSteps([waits('each~2[0]/ask', 'Ask')])).toEqual(new Map([['each', 'asks in turn 1']]))
  expect(heldSteps([waits('each[0]', 'A'), waits('each[1]', 'A')])).toEqual(new Map([['each', 'held in 2 places']]))
  expect(heldSteps([{ ...waits('each[0]', 'A'), status: 'completed' }])).toEqual(new Map())
})

test('beside the turns a failed loop leaves out the word its icon says', () => {
  const run = { ...step('a', 1, [attempt(1, { queued: 0, started: 0, ended: 79 * S }, { status: 'failed' })]), status: 'failed' as const }
  const shown = foot(run, { turns: '3 of 5, 1 failed' })
  expect(shown.textContent).toContain('failed after')
  expect(seen(shown)).toBe('1 min 19 s 3 of 5, 1 failed')
})
