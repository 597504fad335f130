import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import type { Validation, WireProof } from '@/api/proof'
import { renderWith } from '@/components/testing'
import { flow, library } from '@/graph/testing'

import { EditorContext, useEditor, useProof } from '../session/context'
import { createProof } from '../session/proof'
import { createRunIndex } from '../session/runIndex'
import { createSession } from '../session/session'
import { createUi } from '../session/ui'
import { WirePanel } from './WirePanel'

vi.mock('@/api/workflows', () => ({
  fetchEdits: async () => [],
  saveDraft: async () => ({ revision: 2, diagnostics: [] }),
}))

const never: WireProof = {
  edge: 'e1',
  from: 'a',
  to: 'b',
  verdict: 'never',
  mode: 'declared',
  summary: 'amount is a text; a number is expected',
  reasons: [
    { path: '/amount', keyword: 'type', expected: 'a number', found: 'a text', message: 'amount is a text; a number is expected' },
    { path: '/id', keyword: 'required', expected: 'a value', found: 'nothing', message: 'id may be missing; it is required' },
  ],
  counterexample: { amount: '99.99 USD' },
  repairs: [
    { title: 'Convert to number', edit: { type: 'set_mapping_field', data: { step: 'b', field: 'amount', expression: 'double(x)' } } },
    { title: 'Of another time', edit: { type: 'remove_edge', data: { edge: 'gone', index: 9 } } },
  ],
}
const always: WireProof = { ...never, verdict: 'always', summary: 'Everything fits', reasons: [], repairs: [], counterexample: undefined }

function Panel() {
  const proof = useProof((state) => state.wires.get('e1'))
  const mapped = useEditor((state) => state.document.steps[1]?.mapping?.['amount'])
  return (
    <>
      <WirePanel edge="e1" proof={proof} finding={undefined} />
      <output>{mapped ?? 'unmapped'}</output>
    </>
  )
}

async function opened() {
  const draft = { document: flow('a>b'), revision: 1, changed_since_version: false, deleted: false, updated_at: '2026-01-01T00:00:00Z' }
  const session = createSession(draft, library())
  const asked: (string | undefined)[] = []
  const proof = createProof(session, async ({ document, mode }): Promise<Validation> => {
    asked.push(mode)
    return { diagnostics: [], wires: [document.steps[1]?.mapping ? always : never], steps: [] }
  })
  const ui = createUi()
  renderWith(
    <EditorContext value={{ session, ui, runs: createRunIndex(ui), proof }}>
      <Panel />
    </EditorContext>,
  )
  await screen.findByTestId('wire-panel-summary')
  return { session, asked }
}

beforeEach(() => localStorage.clear())

test('it says what does not fit and shows it in a value', async () => {
  await opened()
  expect(screen.getByTestId('wire-panel-verdict').textContent).toBe('Never fits')
  expect(screen.getByTestId('wire-reasons').textContent).toContain('id may be missing')
  const value = screen.getByTestId('wire-counterexample')
  expect(value.querySelector('[data-mark=bad]')?.textContent).toContain('"amount": "99.99 USD"')
  expect(value.querySelector('[data-mark=missing]')?.textContent).toContain('id is missing')
})

test('a repair is one click, one step of undo, and is answered by the new verdict', async () => {
  const { session } = await opened()
  expect(screen.queryByText('Of another time')).toBeNull()
  await userEvent.click(screen.getByText('Convert to number'))
  expect(screen.getByRole('status').textContent).toBe('double(x)')
  expect(session.store.getState().history.undo).toHaveLength(1)
  await screen.findByText('Everything fits')
  await userEvent.click(await screen.findByTestId('wire-repair-undo'))
  expect(screen.getByRole('status').textContent).toBe('unmapped')
  await screen.findByText('Never fits')
})

test('the other mode is asked for at once', async () => {
  const { asked } = await opened()
  await userEvent.click(screen.getByTestId('proof-mode-strict'))
  expect(screen.getByTestId('proof-mode-strict').getAttribute('aria-pressed')).toBe('true')
  await act(() => vi.waitFor(() => expect(asked.at(-1)).toBe('strict')))
})
