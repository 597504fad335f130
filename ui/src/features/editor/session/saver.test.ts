import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import type { Workflow } from '@/api/types'
import { flow } from '@/graph/testing'

import { createSaver, type SaveState } from './saver'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const documents = [flow('a'), flow('a b'), flow('a b c'), flow('a b c d')] as const

/** A saver over a backend that answers when told to. */
function setup() {
  const calls: { label: string; base: number; document: Workflow; answer: (revision?: number) => Promise<void>; fail: (error: unknown) => Promise<void> }[] = []
  const states: SaveState[] = []
  const saver = createSaver(1, {
    save: ({ label, base_revision, document }) =>
      new Promise((resolve, reject) => {
        calls.push({
          label,
          base: base_revision,
          document,
          answer: async (revision = base_revision + 1) => {
            resolve({ revision, diagnostics: [] })
            await vi.advanceTimersByTimeAsync(0)
          },
          fail: async (error) => {
            reject(error as Error)
            await vi.advanceTimersByTimeAsync(0)
          },
        })
      }),
    onState: (state) => states.push(state),
    onSaved: () => undefined,
  })
  return { saver, calls, state: () => states.at(-1)?.is }
}

const unreachable = new ApiError('no answer', 'unreachable', 0)

test('edits are saved one after the other, each on top of the last', async () => {
  const { saver, calls, state } = setup()
  saver.add({ label: 'one', document: documents[0] })
  saver.add({ label: 'two', document: documents[1] })
  expect(calls.map((call) => [call.label, call.base])).toEqual([['one', 1]])
  await calls[0]?.answer()
  expect(calls.map((call) => [call.label, call.base])).toEqual([['one', 1], ['two', 2]])
  expect(state()).toBe('saving')
  await calls[1]?.answer()
  expect(state()).toBe('saved')
  expect(saver.revision()).toBe(3)
})

test('typing is gathered, but never for longer than 300 ms', async () => {
  const { saver, calls } = setup()
  for (let n = 0; n < 10; n += 1) {
    saver.add({ label: 'type', document: flow('a', { name: `${n}` }), merge: 'name' })
    await vi.advanceTimersByTimeAsync(50)
  }
  expect(calls.length).toBeGreaterThan(0)
  const [first] = calls
  expect(Number(first?.document.name)).toBeGreaterThan(3)
  await first?.answer()
  await vi.advanceTimersByTimeAsync(300)
  expect(calls.at(-1)?.document.name).toBe('9')
})

test('an edit in flight is never changed by typing that goes on', async () => {
  const { saver, calls } = setup()
  saver.add({ label: 'type', document: documents[0], merge: 'name' })
  saver.flush()
  saver.add({ label: 'type …', document: documents[1], merge: 'name' })
  saver.add({ label: 'type …', document: documents[2], merge: 'name' })
  await calls[0]?.answer()
  expect(calls.map((call) => call.document)).toEqual([documents[0], documents[2]])
})

test('while the backend does not answer every edit waits, and is saved in order when it is back', async () => {
  const { saver, calls, state } = setup()
  saver.add({ label: 'one', document: documents[0] })
  await calls[0]?.fail(unreachable)
  expect(state()).toBe('retrying')
  saver.add({ label: 'two', document: documents[1] })
  saver.add({ label: 'three', document: documents[2] })
  expect(saver.pending()).toBe(3)
  await vi.advanceTimersByTimeAsync(500)
  await calls[1]?.answer()
  await calls[2]?.answer()
  await calls[3]?.answer()
  expect(calls.slice(1).map((call) => [call.label, call.base])).toEqual([['one', 1], ['two', 2], ['three', 3]])
  expect(state()).toBe('saved')
})

test('a change elsewhere stops saving until somebody decides', async () => {
  const { saver, calls, state } = setup()
  saver.add({ label: 'one', document: documents[0] })
  const settled = saver.settled()
  await calls[0]?.fail(new ApiError('stale', 'stale_revision', 409))
  expect(await settled).toBe(false)
  expect(state()).toBe('conflict')
  saver.add({ label: 'two', document: documents[1] })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(calls).toHaveLength(1)
  expect(saver.pending()).toBe(2)
  saver.reset(9)
  expect(state()).toBe('saved')
  saver.add({ label: 'three', document: documents[2] })
  expect(calls.at(-1)).toMatchObject({ label: 'three', base: 9 })
})

test('a refused document is not sent again, the next edit is', async () => {
  const { saver, calls, state } = setup()
  saver.add({ label: 'bad', document: documents[0] })
  await calls[0]?.fail(new ApiError('too large', 'too_large', 413))
  expect(state()).toBe('refused')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(calls).toHaveLength(1)
  saver.add({ label: 'good', document: documents[1] })
  expect(calls.at(-1)?.label).toBe('good')
  await calls[1]?.answer()
  expect(state()).toBe('saved')
})

test('an answer that comes after a reset changes nothing', async () => {
  const { saver, calls, state } = setup()
  saver.add({ label: 'one', document: documents[0] })
  saver.reset(7)
  await calls[0]?.answer(2)
  expect(saver.revision()).toBe(7)
  expect(state()).toBe('saved')
})

test('settled waits for what is under way and sends what waits for more typing', async () => {
  const { saver, calls } = setup()
  expect(await saver.settled()).toBe(true)
  saver.add({ label: 'type', document: documents[0], merge: 'name' })
  const settled = saver.settled()
  expect(calls).toHaveLength(1)
  await calls[0]?.answer()
  expect(await settled).toBe(true)
})
