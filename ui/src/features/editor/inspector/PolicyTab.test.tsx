import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { renderWith } from '@/components/testing'
import { stepById } from '@/graph/lookup'
import { flow, library } from '@/graph/testing'

import { EditorContext, useEditor } from '../session/context'
import { createProof } from '../session/proof'
import { createRunIndex } from '../session/runIndex'
import { createSession } from '../session/session'
import { createUi } from '../session/ui'
import { PolicyTab } from './PolicyTab'

vi.mock('@/api/settings', () => ({ settingsQuery: () => ({ queryKey: ['settings', 'none'], queryFn: async () => ({ pools: {} }) }) }))
vi.mock('@/api/workflows', () => ({ fetchEdits: async () => [], saveDraft: async () => ({ revision: 2, diagnostics: [] }) }))

function Policy() {
  const step = useEditor((state) => stepById(state.document, 'a'))
  return step && <PolicyTab step={step} agent={undefined} />
}

test('a step without a retry policy of its own is not said to be without retries', async () => {
  const draft = { document: flow('a'), revision: 1, changed_since_version: false, deleted: false, updated_at: '2026-01-01T00:00:00Z' }
  const session = createSession(draft, library())
  const ui = createUi()
  const proof = createProof(session, async () => ({ diagnostics: [], wires: [], steps: [] }))
  renderWith(
    <EditorContext value={{ session, ui, runs: createRunIndex(ui), proof }}>
      <Policy />
    </EditorContext>,
  )
  const own = screen.getByRole<HTMLInputElement>('switch', { name: 'A retry policy of its own' })
  expect(own.checked).toBe(false)
  expect(screen.getByText(/Without one: up to three attempts/)).toBeDefined()

  await userEvent.click(own)
  expect(own.checked).toBe(true)
  expect(session.store.getState().document.steps[0]?.policy?.retry?.max_attempts).toBe(3)
  expect(screen.queryByText(/Without one/)).toBeNull()
})
