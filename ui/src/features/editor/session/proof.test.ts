import { beforeEach, expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'

import { ApiError } from '@/api/errors'
import type { ProofMode, Validation } from '@/api/proof'
import type { Workflow } from '@/api/types'
import { move } from '@/graph/edits/move'
import { NOTHING, selectSteps } from '@/graph/selection'
import { flow, library, withStepChange } from '@/graph/testing'

import { createProof, isStale } from './proof'
import type { EditorState } from './session'

type Asked = {
  document: Workflow
  mode: ProofMode | undefined
  flows: string[] | undefined
 answer: (validation: Partial<Validation>) => void
  fail: (error: unknown) => void
}

function stage(document = flow('a>b')) {
  const store = createStore(() => ({ document, library: library(), selection: NOTHING, diagnostics: [] }) as unknown as EditorState)
  const asked: Asked[] = []
  const proof = createProof({ store }, ({ document, mode, flows }) =>
    new Promise((resolve, reject) => {
      asked.push({
        document,
        mode,
        flows,
        answer: (validation) => resolve({ diagnostics: [], wires: [], steps: [], ...validation }),
        fail: reject,
      })
    }),
  )
  const edit = (document: Workflow) => store.setState({ document })
  const stale = () => isStale(proof.store.getState())
  return { document, store, asked, proof, edit, stale }
}

const settle = () => vi.advanceTimersByTimeAsync(50)
const fits = { edge: 'e1', from: 'a', to: 'b', verdict: 'always', mode: 'declared', summary: '', reasons: [], repairs: [] } as const
const proven: Partial<Validation> = { wires: [{ ...fits, reasons: [], repairs: [] }] }

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
})

test('old verdicts stay, known to be stale, until the answer about the new state is there', async () => {
  const { document, asked, proof, edit, stale } = stage()
  expect(stale()).toBe(true)
  asked[0]?.answer(proven)
  await settle()
  expect(stale()).toBe(false)
  edit(withStepChange(document, 'b', { mapping: {} }))
  expect(stale()).toBe(true)
  expect(proof.store.getState().wires.get('e1')?.verdict).toBe('always')
  await settle()
  asked[1]?.answer({})
  await settle()
  expect(stale()).toBe(false)
  expect(proof.store.getState().wires.size).toBe(0)
})

test('one question at a time; what changed meanwhile is asked about once, in its last state', async () => {
  const { document, asked, edit, stale } = stage()
  for (const text of ['1', '2', '3']) {
    edit(withStepChange(document, 'b', { when: text }))
    await settle()
  }
  expect(asked).toHaveLength(1)
  asked[0]?.answer({})
  await settle()
  expect(asked).toHaveLength(2)
  expect(asked[1]?.document.steps[1]?.when).toBe('3')
  expect(stale()).toBe(true)
  asked[1]?.answer({})
  await settle()
  expect(stale()).toBe(false)
  expect(asked).toHaveLength(2)
})

test('moving a step asks nothing', async () => {
  const { document, asked, edit, stale } = stage()
  asked[0]?.answer({})
  await settle()
  edit(move(document, { steps: new Map([['a', { x: 5, y: 5 }]]), notes: new Map() }, (step) => step.id)?.document ?? document)
  await settle()
  expect(asked).toHaveLength(1)
  expect(stale()).toBe(false)
})

test('a backend that does not answer is asked again; one that refuses waits for the next edit', async () => {
  const { document, asked, edit } = stage()
  asked[0]?.fail(new ApiError('', 'unreachable', 0))
  await settle()
  expect(asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toHaveLength(2)
  asked[1]?.fail(new ApiError('', 'document_invalid', 422))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(2)
  edit(withStepChange(document, 'b', { when: 'true' }))
  await settle()
  expect(asked).toHaveLength(3)
})

test('the mode is asked with, and remembered', async () => {
  const { asked, proof } = stage()
  asked[0]?.answer({})
  await settle()
  proof.setMode('strict')
  await settle()
  expect(asked.map(({ mode }) => mode)).toEqual(['declared', 'strict'])
  expect(stage().proof.store.getState().mode).toBe('strict')
})

test('while steps wait for one another the verdicts from before stay, stale', async () => {
  const { document, asked, edit, stale, proof } = stage()
  asked[0]?.answer(proven)
  await settle()
  edit({ ...document, edges: [...document.edges, { id: 'e2', from: 'b', to: 'a' }] })
  await settle()
  const cycle = { code: 'cycle', severity: 'error', message: '', steps: ['a', 'b'], fixes: [] } as const
  asked[1]?.answer({ diagnostics: [{ ...cycle, steps: [...cycle.steps], fixes: [] }] })
  await settle()
  expect(proof.store.getState().wires.get('e1')?.verdict).toBe('always')
  expect(stale()).toBe(true)
  expect(asked).toHaveLength(2)
})

test('in a large workflow the selected step is asked for', async () => {
  const { asked, store } = stage(flow(Array.from({ length: 61 }, (_, n) => `s${n}`).join(' ')))
  asked[0]?.answer({})
  await settle()
  store.setState({ selection: selectSteps(['s7']) })
  await settle()
  expect(asked.map(({ flows }) => flows)).toEqual([undefined, ['s7']])
})
