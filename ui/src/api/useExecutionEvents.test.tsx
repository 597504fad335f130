import { act, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { toJson } from './json'
import { keys } from './keys'
import { queryClient } from './queryClient'
import { useExecutionEvents } from './useExecutionEvents'

/** A backend that holds each long-poll until the test answers it. */
type Held = { after: number; give: (answer: unknown) => Promise<void>; fail: () => Promise<void>; signal: AbortSignal }
let held: Held[] = []

beforeEach(() => {
  held = []
  vi.useFakeTimers()
  vi.stubGlobal('fetch', (request: Request) => {
    const after = Number(new URL(request.url).searchParams.get('after'))
    return new Promise<Response>((resolve, reject) => {
      const settle = (end: () => void) =>
      act(async () => {
        end()
        await vi.advanceTimersByTimeAsync(0)
      })
      held.push({
        after,
        signal: request.signal,
        give: (answer) => settle(() => resolve(new Response(toJson(answer)))),
        fail: () => settle(() => reject(new TypeError('gone'))),
      })
    })
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const event = (seq: number) => ({ seq, at: '2026-11-21T00:00:00.000000Z', kind: { type: 'resumed' } })
const page = (seqs: number[], status: string, last = seqs.at(-1) ?? 0) => ({ events: seqs.map(event), last_seq: last, status })

function Watch({ id }: { id: string | undefined }) {
  const { events, status, error } = useExecutionEvents(id)
  return <output>{`${events.map(({ seq }) => seq).join(',')} ${status} ${error ? 'behind' : 'fresh'}`}</output>
}

const shown = () => screen.getAllByRole('status').map((each) => each.textContent)

test('events come in order, once each, until the execution has settled', async () => {
  render(<Watch id="a" />)
  await held[0]?.give(page([1, 2], 'running'))
  expect(shown()).toEqual(['1,2 running fresh'])
  expect(held[1]?.after).toBe(2)
  await held[1]?.give(page([2, 3], 'completed'))
  expect(shown()).toEqual(['1,2,3 completed fresh'])
  expect(held).toHaveLength(2)
})

test('an approval that is asked for or decided is seen in the inbox at once', async () => {
  const stale = vi.spyOn(queryClient, 'invalidateQueries')
  const inbox = () => stale.mock.calls.filter(([what]) => what?.queryKey === keys.approvals).length
  render(<Watch id="g" />)
  await held[0]?.give(page([1], 'running'))
  expect(inbox()).toBe(0)
  const asked = { ...event(2), kind: { type: 'approval_requested', data: { step: 'ask', message: 'Refund?' } } }
  await held[1]?.give({ events: [asked], last_seq: 2, status: 'paused' })
  expect(inbox()).toBe(1)
})

test('a settled log longer than one answer is read to its end', async () => {
  render(<Watch id="b" />)
  await held[0]?.give(page([1, 2], 'failed', 3))
  expect(held[1]?.after).toBe(2)
  await held[1]?.give(page([3], 'failed'))
  expect(shown()).toEqual(['1,2,3 failed fresh'])
})

test('however many watch, one request waits, and none when nobody watches', async () => {
  const { unmount } = render(
    <>
      <Watch id="c" />
      <Watch id="c" />
    </>,
  )
  expect(held).toHaveLength(1)
  await held[0]?.give(page([1], 'running'))
  expect(shown()).toEqual(['1 running fresh', '1 running fresh'])
  unmount()
  expect(held[1]?.signal.aborted).toBe(true)
})

test('when the backend is gone the feed says so and goes on where it was', async () => {
  render(<Watch id="d" />)
  await held[0]?.give(page([1], 'running'))
  await held[1]?.fail()
  expect(shown()).toEqual(['1 running behind'])
  await act(async () => {
    await vi.advanceTimersByTimeAsync(2_000)
  })
  expect(held[2]?.after).toBe(1)
  await held[2]?.give(page([2], 'running'))
  expect(shown()).toEqual(['1,2 running fresh'])
})

test('nothing is asked for no execution', () => {
  render(<Watch id={undefined} />)
  expect(held).toEqual([])
})
