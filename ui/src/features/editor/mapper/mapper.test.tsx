import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import type { FieldProposals, Preview } from '@/api/preview'
import type { Step, Workflow } from '@/api/types'
import { giveSize, renderWith } from '@/components/testing'
import { agent, flow, library, withStepChange } from '@/graph/testing'

import { EditorContext } from '../session/context'
import { createProof } from '../session/proof'
import { createRunIndex } from '../session/runIndex'
import { createSession } from '../session/session'
import { createUi } from '../session/ui'
import { Mapper } from './Mapper'

const backend = vi.hoisted(() => ({
  preview: undefined as Preview | undefined,
  proposals: [] as FieldProposals[],
  evaluate: (_expression: string): { value?: unknown; error?: string } => ({}),
}))

vi.mock('@/api/workflows', () => ({ fetchEdits: async () => [], saveDraft: async () => ({ revision: 2, diagnostics: [] }) }))
vi.mock('@/api/executions', async (original) => ({
  ...(await original<object>()),
  executionsQuery: () => ({
    queryKey: ['executions', 'none'],
    queryFn: async () => ({ executions: [] }),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
  }),
}))
vi.mock('@/api/preview', () => ({
  previewWorkflow: async () => backend.preview,
  automap: async () => backend.proposals,
  evaluate: async ({ expression }: { expression: string }) => backend.evaluate(expression),
}))

const ticket = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, total: { type: 'number' } } }
const wants = {
  type: 'object',
  required: ['id', 'who'],
  properties: {
    id: { type: 'string' },
    who: { type: 'object', properties: { name: { type: 'string' } } },
    note: { type: 'string' },
  },
}

function workflow(mapping?: Record<string, string>): Workflow {
  const document = withStepChange(flow('a>b'), 'a', { agent: agent('script', { name: 'Reader', output_schema: ticket }) })
  return withStepChange(document, 'b', { agent: agent('script', { name: 'Writer', input_schema: wants }), ...(mapping && { mapping }) })
}

async function opened(document: Workflow) {
  const session = createSession({ document, revision: 1, changed_since_version: false, deleted: false, updated_at: '2026-01-01T00:00:00Z' }, library())
  const proof = createProof(session, async () => ({ diagnostics: [], wires: [], steps: [] }))
  const ui = createUi()
  ui.setState({ mapper: 'b' })
  renderWith(
    <EditorContext value={{ session, ui, runs: createRunIndex(ui), proof }}>
      <Mapper />
    </EditorContext>,
  )
  await screen.findByTestId('source-steps.a.output.id')
  const mapping = () => session.store.getState().document.steps.find((step: Step) => step.id === 'b')?.mapping
  return { session, ui, mapping, person: userEvent.setup() }
}

/** A drag by pointer; the test DOM has no layout, so what lies under the pointer is told. */
function drag(source: string, target: string | null) {
  const under = target === null ? document.body : (document.querySelector(`[data-map-field="${target}"]`) ?? document.body)
  document.elementFromPoint = () => under
  fireEvent.pointerDown(screen.getByTestId(source), { button: 0, clientX: 10, clientY: 10 })
  fireEvent.pointerMove(window, { clientX: 200, clientY: 60 })
  const held = screen.queryByTestId('field-in-hand')
  fireEvent.pointerUp(window, { clientX: 200, clientY: 60 })
  return held
}

beforeEach(() => {
  localStorage.clear()
  backend.preview = {
    input: {},
    input_from: 'generated',
    steps: [
      { step: 'a', output: { id: 'T-1', total: 5 }, problems: [] },
      { step: 'b', input: { id: 'T-1' }, problems: [] },
    ],
  }
  backend.proposals = []
  backend.evaluate = () => ({})
})

test('a field dragged onto another is mapped to it, and one undo takes that back', async () => {
  const { session, mapping } = await opened(workflow())
  const held = drag('source-steps.a.output.id', 'id')
  expect(held?.textContent).toContain('id')
  expect(mapping()).toEqual({ id: 'steps.a.output.id' })
  drag('source-steps.a.output.total', 'id')
  expect(mapping()).toEqual({ id: 'steps.a.output.total' })
  await act(() => session.undo())
  expect(mapping()).toEqual({ id: 'steps.a.output.id' })
  await act(() => session.undo())
  expect(mapping()).toBeUndefined()
})

test('let go beside the fields, nothing is mapped', async () => {
  const { mapping } = await opened(workflow())
  drag('source-steps.a.output.id', null)
  expect(mapping()).toBeUndefined()
  expect(screen.queryByTestId('field-in-hand')).toBeNull()
})

test('a field within a field is mapped by building the object around it', async () => {
  const { mapping, person } = await opened(workflow({ id: 'input.id' }))
  await person.click(screen.getByTestId('map-toggle-who'))
  drag('source-steps.a.output.id', 'who/name')
  expect(mapping()).toEqual({ id: 'input.id', who: '{"name": steps.a.output.id}' })
})

test('a part takes the place of a part, and the whole that of all parts', async () => {
  const { mapping, ui } = await opened(workflow({ who: '{"name": input.x}' }))
  drag('source-steps.a.output.id', 'who/name')
  expect(mapping()).toEqual({ who: '{"name": steps.a.output.id}' })
  drag('source-steps.a.output', 'who')
  drag('source-steps.a.output.id', 'note')
  expect(mapping()).toEqual({ who: 'steps.a.output', note: 'steps.a.output.id' })
  expect(ui.getState().announcement).toContain('note')
})

test('without a mouse: a key picks a field up, the field of its name is offered first, a key puts it down', async () => {
  const { person, mapping } = await opened(workflow())
  screen.getByTestId('source-tree').focus()
  await person.keyboard('{ArrowDown}{Enter}')
  expect(document.activeElement).toBe(screen.getByTestId('map-here-id'))
  await person.keyboard('{ArrowDown}{Enter}')
  expect(mapping()).toEqual({ who: 'steps.a.output.id' })
  expect(screen.queryByTestId('map-here-id')).toBeNull()
})

test('Escape lets go of what was picked up and leaves the mapper open', async () => {
  const { person, mapping } = await opened(workflow())
  screen.getByTestId('source-tree').focus()
  await person.keyboard('{ArrowDown}{Enter}{Escape}')
  expect(mapping()).toBeUndefined()
  expect(screen.getByTestId('mapper')).toBeTruthy()
  expect(document.activeElement).toBe(screen.getByTestId('source-tree'))
})

test('while an expression is typed its value stands beneath, or in words why there is none', async () => {
  backend.evaluate = (expression) => (expression.endsWith('total') ? { value: 5 } : { error: 'There is no field `to` in the output of a.' })
  const { person } = await opened(workflow())
  await person.click(screen.getByTestId('map-note'))
  await person.paste('steps.a.output.to')
  await waitFor(() => expect(screen.getByTestId('map-live-note').textContent).toContain('There is no field'))
  await person.paste('tal')
  await waitFor(() => expect(screen.getByTestId('map-live-note').textContent).toBe('gives 5'))
})

test('a click on a field puts it where an expression is being written', async () => {
  const { person, mapping } = await opened(workflow())
  await person.click(screen.getByTestId('map-note'))
  await person.paste('string()')
  const input = screen.getByTestId<HTMLInputElement>('map-note')
  input.setSelectionRange(7, 7)
  await person.click(screen.getByTestId('source-steps.a.output.total'))
  expect(mapping()).toEqual({ note: 'string(steps.a.output.total)' })
})

test('auto-map takes what it is sure of in one step, and leaves alone what is mapped', async () => {
  const proposal = (expression: string, score: number) => ({ expression, label: expression, score, verdict: 'always' as const, why: 'same name' })
  backend.proposals = [
    { field: 'id', required: true, schema: {}, proposals: [proposal('steps.a.output.id', 0.95)] },
    { field: 'who', required: true, schema: {}, proposals: [proposal('steps.a.output', 0.3)] },
    { field: 'note', required: false, schema: {}, current: 'vars.mine', proposals: [proposal('steps.a.output.total', 0.9)] },
  ]
  const { person, mapping, session } = await opened(workflow({ note: 'vars.mine' }))
  await waitFor(() => expect(screen.getByTestId('automap').textContent).toContain('2'))
  await person.click(screen.getByTestId('automap'))
  expect(screen.getByTestId('automap-offer-id').textContent).toContain('same name')
  expect(screen.queryByTestId('automap-offer-note')).toBeNull()
  await person.click(screen.getByTestId('automap-take-all'))
  expect(mapping()).toEqual({ note: 'vars.mine', id: 'steps.a.output.id' })
  expect(session.store.getState().history.undo).toHaveLength(1)
  await person.click(screen.getByTestId('automap-take-who'))
  expect(mapping()).toMatchObject({ who: 'steps.a.output' })
})

test('of a tree of thousands of fields only those in view are in the page', async () => {
  giveSize(400, 500)
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`field_${n}`, { type: 'string' }]))
  const output_schema = { type: 'object', required: ['id'], properties: { id: { type: 'string' }, ...many } }
  await opened(withStepChange(workflow(), 'a', { agent: agent('script', { output_schema }) }))
  expect(document.querySelectorAll('[role=treeitem]').length).toBeLessThan(120)
})
