import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { parseJson } from '@/api/json'
import type { Preview, SampleData } from '@/api/preview'
import { giveSize, renderWith } from '@/components/testing'
import { flow, library } from '@/graph/testing'
import { soleStep } from '@/graph/selection'

import { EditorContext } from '../session/context'
import { createProof } from '../session/proof'
import { createRunIndex } from '../session/runIndex'
import { createSession } from '../session/session'
import { createUi } from '../session/ui'
import { DataPanel } from './DataPanel'

const backend = vi.hoisted(() => ({ asked: [] as SampleData[], preview: (_data: SampleData): unknown => undefined }))

vi.mock('@/api/workflows', () => ({ fetchEdits: async () => [], saveDraft: async () => ({ revision: 2, diagnostics: [] }) }))
vi.mock('@/api/executions', async (original) => ({
  ...(await original<object>()),
  executionsQuery: () => ({
    queryKey: ['executions', 'one'],
    queryFn: async () => ({ executions: [{ id: 'exec-9' }] }),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
  }),
}))
vi.mock('@/api/preview', () => ({
  previewWorkflow: async (_: unknown, data: SampleData) => {
    backend.asked.push(data)
    return backend.preview(data)
  },
}))

const preview: Preview = {
  input: { x: 1 },
  input_from: 'given',
  steps: [
    { step: 'a', input: { x: 1 }, output: parseJson('{"n": 12345678901234567890}'), output_from: 'sample', problems: [] },
    { step: 'b', input: { n: 'text' }, problems: [{ path: '/n', field: 'n', message: 'Expected integer, got string at /n' }] },
    { step: 'c', skipped: 'Its condition is false.', problems: [] },
  ],
}

function open() {
  giveSize(900, 400)
  const document = flow('a>b b>c', { tests: [{ name: 'Mine', input: { x: 1 } }] })
  const session = createSession({ document, revision: 1, changed_since_version: false, deleted: false, updated_at: '2026-01-01T00:00:00Z' }, library())
  const ui = createUi()
  const proof = createProof(session, async () => ({ diagnostics: [], wires: [], steps: [] }))
  renderWith(
    <EditorContext value={{ session, ui, runs: createRunIndex(ui), proof }}>
      <DataPanel />
    </EditorContext>,
  )
  return { session, person: userEvent.setup() }
}

async function opened() {
  const parts = open()
  await screen.findByTestId('data-panel')
  return parts
}

beforeEach(() => {
  localStorage.clear()
  backend.asked.length = 0
  backend.preview = () => preview
})

test('every step shows what goes in and comes out, numbers to the letter', async () => {
  const { person, session } = await opened()
  await person.click(screen.getByTestId('preview-entry-a'))
  expect(soleStep(session.store.getState().selection)).toBe('a')
  expect(screen.getByTestId('preview-shown').textContent).toContain('12345678901234567890')
})

test('where the types cannot work it says where and why, and a skipped step says why', async () => {
  const { person } = await opened()
  await person.click(screen.getByTestId('preview-entry-b'))
  expect(screen.getByTestId('preview-step-problems').textContent).toContain('Expected integer, got string at /n')
  await person.click(screen.getByTestId('preview-entry-c'))
  expect(screen.queryByTestId('preview-step-problems')).toBeNull()
  expect(screen.getByTestId('preview-shown').textContent).toContain('Its condition is false.')
})

test('one’s own sample comes first; the last run and made-up data can be chosen, and made up anew', async () => {
  const { person } = await opened()
  expect(backend.asked).toEqual([{ input: { x: 1 } }])
  await person.click(screen.getByTestId('sample-choice'))
  await person.click(await screen.findByTestId('sample-choose-run'))
  await waitFor(() => expect(backend.asked.at(-1)).toEqual({ execution: 'exec-9' }))
  await person.click(screen.getByTestId('sample-choice'))
  await person.click(await screen.findByTestId('sample-choose-generated'))
  await waitFor(() => expect(backend.asked.at(-1)).toEqual({ seed: 1 }))
  await person.click(screen.getByTestId('sample-reseed'))
  await waitFor(() => expect(backend.asked.at(-1)).toEqual({ seed: 2 }))
})

test('a backend that cannot answer is said, with a way to try again', async () => {
  backend.preview = () => {
    throw new Error('no')
  }
  open()
  await screen.findByTestId('error-panel', undefined, { timeout: 5_000 })
  backend.preview = () => preview
  await userEvent.click(screen.getByTestId('error-retry'))
  await screen.findByTestId('data-panel')
})
