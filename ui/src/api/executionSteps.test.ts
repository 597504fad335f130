import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'

import { execution, step } from '@/components/timeline/fixtures'

import { executionQuery } from './executions'
import { toJson } from './json'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { ExecutionDetail, StepStatus } from './types'

/** A backend that keeps one execution of these steps and shows three at a time. */
class Backend {
  statuses: StepStatus[] = []
  /** The event that changed each step last. */
  changed: number[] = []
  seq = 1
  status: 'running' | 'cancelled' = 'running'
  asked: string[] = []

  constructor(count: number) {
    for (let i = 0; i < count; i += 1) {
      this.statuses.push('pending')
      this.changed.push(0)
    }
    vi.stubGlobal('fetch', async (request: Request) => this.answer(new URL(request.url)))
  }

  happens(index: number, status: StepStatus) {
    this.seq += 1
    this.statuses[index] = status
    this.changed[index] = this.seq
  }

  answer(url: URL): Response {
    this.asked.push(`${url.pathname.split('/').slice(3).join('/')}${url.search}`)
    const all = this.statuses.map((status, index) => step(`s${index}`, index + 1, [], { status }))
    const { after, since } = Object.fromEntries(url.searchParams)
    const wanted = all.filter((_, index) => since === undefined || (this.changed[index] ?? 0) > Number(since))
    const from = wanted.findIndex((one) => one.path === after) + 1
    const steps = wanted.slice(from, from + 3)
    const next = from + 3 < wanted.length ? { next: steps.at(-1)?.path } : {}
    if (url.pathname.endsWith('/steps')) return new Response(toJson({ steps, groups: [], last_seq: this.seq, ...next }))
    const detail = execution(this.status, all, this.status === 'running' ? undefined : 5)
    return new Response(toJson({ ...detail, steps, last_seq: this.seq, ...next }))
  }
}

let leave = () => {}
afterEach(() => {
  leave()
  leave = () => {}
  vi.unstubAllGlobals()
  queryClient.clear()
})

const known = () => queryClient.getQueryData<ExecutionDetail>(keys.execution('x'))
const statuses = () => known()?.steps.map((each) => each.status).join(' ')
const whole = () => vi.waitFor(() => expect([known()?.steps.length, known()?.next]).toEqual([8, undefined]))
const load = () => queryClient.fetchQuery({ ...executionQuery('x'), staleTime: 0 })

/** Looks at the execution from now on. */
function look() {
  leave()
  leave = new QueryObserver(queryClient, { ...executionQuery('x'), refetchOnMount: false }).subscribe(() => {})
}

const refresh = async () => {
  const loaded = await load()
  look()
  return loaded
}

test('the rest is not asked for before somebody looks', async () => {
  vi.useFakeTimers()
  const backend = new Backend(8)
  await load()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(backend.asked).toEqual(['x?limit=200'])
  vi.useRealTimers()
  look()
  await whole()
})

test('the first steps are there at once, the rest follow page by page', async () => {
  const backend = new Backend(8)
  const first = await refresh()
  expect([first.steps.length, first.next]).toEqual([3, 's2'])
  await whole()
  expect(known()?.steps.map((each) => each.path)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'])
  expect(backend.asked).toEqual(['x?limit=200', 'x/steps?after=s2', 'x/steps?after=s5'])
})

test('later only the first steps and what has changed are asked for', async () => {
  const backend = new Backend(8)
  await refresh()
  await whole()
  const far = known()?.steps[5]
  for (const index of [1, 3, 4, 6, 7]) backend.happens(index, 'running')
  backend.asked = []
  await refresh()
  expect(statuses()).toBe('pending running pending running running pending running running')
  expect(known()?.steps[5]).toBe(far)
  expect(backend.asked).toEqual(['x?limit=200', 'x/steps?since=1', 'x/steps?since=1&after=s4'])
})

test('steps that never began end with the execution', async () => {
  const backend = new Backend(8)
  await refresh()
  await whole()
  backend.happens(3, 'completed')
  backend.status = 'cancelled'
  await refresh()
  expect(statuses()).toBe('cancelled cancelled cancelled completed cancelled cancelled cancelled cancelled')
})

test('a page that is older than what is known is asked for again', async () => {
  const backend = new Backend(8)
  let hold: (() => void) | undefined
  const answer = backend.answer.bind(backend)
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    const given = answer(url)
    if (url.searchParams.get('after') === 's2' && hold === undefined) await new Promise<void>((go) => { hold = go })
    return given
  })
  await refresh()
  await vi.waitFor(() => expect(hold).toBeDefined())
  backend.happens(4, 'running')
  await refresh()
  hold?.()
  await whole()
  expect(known()?.steps[4]?.status).toBe('running')
})
