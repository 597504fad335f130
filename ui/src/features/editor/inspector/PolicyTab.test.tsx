import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import type { Policy as Policies, Workflow } from '@/api/types'
import { renderWith } from '@/components/testing'
import { stepById } from '@/graph/lookup'
import { agent, flow, library } from '@/graph/testing'

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
  return step && <PolicyTab step={step} agent={typeof step.agent === 'string' ? undefined : step.agent} />
}

function open(document: Workflow) {
  const draft = { document, revision: 1, changed_since_version: false, deleted: false, updated_at: '2026-01-01T00:00:00Z' }
  const session = createSession(draft, library())
  const ui = createUi()
  const proof = createProof(session, async () => ({ diagnostics: [], wires: [], steps: [] }))
  renderWith(
    <EditorContext value={{ session, ui, runs: createRunIndex(ui), proof }}>
      <Policy />
    </EditorContext>,
  )
  return session
}

test('a step without a retry policy of its own is not said to be without retries', async () => {
  const session = open(flow('a'))
  const own = screen.getByRole<HTMLInputElement>('switch', { name: 'A retry policy of its own' })
  expect(own.checked).toBe(false)
  expect(screen.getByText(/Without one: up to three attempts/)).toBeDefined()

  await userEvent.click(own)
  expect(own.checked).toBe(true)
  expect(session.store.getState().document.steps[0]?.policy?.retry?.max_attempts).toBe(3)
  expect(screen.queryByText(/Without one/)).toBeNull()
})

test('what means nothing to a person is shown only where it is set', async () => {
  const steps = (policy: Policies) => ({ steps: [{ id: 'a', agent: agent('approval'), policy }] })
  const session = open(flow('', steps({ cache: {} })))
  expect(screen.getByTestId('policy-step-timeout')).toBeDefined()
  expect(screen.queryByTestId('policy-timeout')).toBeNull()
  expect(screen.queryByText('Needs a place in the pool')).toBeNull()

  await userEvent.click(screen.getByTestId('policy-cache'))
  expect(session.store.getState().document.steps[0]?.policy?.cache).toBeUndefined()
  expect(screen.queryByTestId('policy-cache')).toBeNull()
})
