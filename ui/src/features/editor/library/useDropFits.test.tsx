import { renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'

import type { Fits, Validation } from '@/api/proof'
import type { Workflow } from '@/api/types'
import { selectSteps, type Selection } from '@/graph/selection'
import { flow, library, wires, withStepChange } from '@/graph/testing'

import { EditorContext } from '../session/context'
import type { OpenEditor } from '../session/registry'
import type { LibraryItem } from './items'
import { useDropFits } from './useDropFits'

const asked = vi.hoisted(() => ({ fits: vi.fn(), validate: vi.fn() }))
vi.mock('@/api/proof', () => asked)

const item: LibraryItem = { id: 'mail', name: 'Mail', summary: '', kind: 'http', addition: { agent: 'mail', name: 'Mail' }, demands: true }

function dragged(document: Workflow, selection: Selection) {
  const state = createStore(() => ({ document, selection, library: library() }))
  const proof = createStore(() => ({ mode: 'declared' }))
  const editor = { session: { store: state }, proof: { store: proof } } as unknown as OpenEditor
  const { result } = renderHook(() => useDropFits(), {
    wrapper: ({ children }) => <EditorContext value={editor}>{children}</EditorContext>,
  })
  const onAnswer = vi.fn()
  return { drag: result.current(item, onAnswer), onAnswer }
}

beforeEach(() => {
  asked.fits.mockReset()
  asked.validate.mockReset()
})

test('after the selected step the agent is asked about by itself', async () => {
  const answer: Fits = { agents: [{ id: 'mail', verdict: 'sometimes', summary: 'maybe', reasons: [] }], steps: [] }
  asked.fits.mockResolvedValue(answer)
  const { drag, onAnswer } = dragged(withStepChange(flow('a>b'), 'a', { name: 'Analyzer' }), selectSteps(['a']))
  expect(drag.over(null)).toBeNull()
  await vi.waitFor(() => expect(onAnswer).toHaveBeenCalledOnce())
  expect(drag.over(null)).toMatchObject({ fit: { verdict: 'sometimes' }, where: 'after Analyzer' })
  expect(asked.fits.mock.calls[0]?.[0]).toMatchObject({ from: 'a', agents: ['mail'], steps: [] })
})

test('in a wire it is tried on paper, and the worse half counts; a wire is asked about once', async () => {
  const half = { mode: 'declared', reasons: [], repairs: [], summary: '' } as const
  asked.validate.mockImplementation(async (): Promise<Partial<Validation>> => ({
    wires: [
      { ...half, reasons: [], repairs: [], edge: 'e1', from: 'a', to: 'mail', verdict: 'always' },
      { ...half, reasons: [], repairs: [], edge: 'e2', from: 'mail', to: 'b', verdict: 'never' },
      { ...half, reasons: [], repairs: [], edge: 'e9', from: 'x', to: 'y', verdict: 'never' },
    ],
  }))
  const { drag, onAnswer } = dragged(flow('a>b'), selectSteps([]))
  drag.over('e1')
  drag.over('e1')
  await vi.waitFor(() => expect(onAnswer).toHaveBeenCalledOnce())
  expect(drag.over('e1')).toMatchObject({ fit: { verdict: 'never', edge: 'e2' }, where: 'between a and b' })
  expect(asked.validate).toHaveBeenCalledOnce()
  const [[question] = []] = asked.validate.mock.calls as [{ document: Workflow }][]
  expect(question && wires(question.document)).toBe('a>mail mail>b')
})

test('what comes after the drag is over is not told', async () => {
  const answers: ((fits: Fits) => void)[] = []
  asked.fits.mockReturnValue(new Promise<Fits>((resolve) => answers.push(resolve)))
  const { drag, onAnswer } = dragged(flow('a'), selectSteps(['a']))
  drag.forget()
  answers[0]?.({ agents: [{ id: 'mail', verdict: 'always', summary: '', reasons: [] }], steps: [] })
  // Everything that was waiting for it has run when a later turn begins.
  await new Promise((turn) => setImmediate(turn))
  expect(onAnswer).not.toHaveBeenCalled()
  expect(drag.over(null)).toBeNull()
})
