//! While an agent is dragged: whether it would fit after the selected step, or in the wire it is held over.

import { fits, validate, type Fit, type ProofMode } from '@/api/proof'
import type { Workflow } from '@/api/types'
import { addStep } from '@/graph/edits/add'
import { agentOf, nameOf, stepById } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'

import { useProofDoor, useSession } from '../session/context'
import type { LibraryItem } from './items'

/** A verdict and what it is about: `after Ticket Analyzer`. */
export type DropFit = { fit: Pick<Fit, 'verdict' | 'summary'>; where: string }

type Asked = {
  /** What is known of a place: in that wire, or (null) after the selected step. */
  over: (edge: string | null) => DropFit | null
  forget: () => void
}

/** Answers a function to call when a drag begins; `onAnswer` is called when more is known. */
export function useDropFits(): (item: LibraryItem, onAnswer: () => void) => Asked {
  const session = useSession()
  const proof = useProofDoor()
  return (item, onAnswer) => {
    const { document, library, selection } = session.store.getState()
    const { mode } = proof.store.getState()
    const after = soleStep(selection)
    const known = new Map<string | null, DropFit | null>()
    const stop = new AbortController()
    const name = (id: string) => {
      const step = stepById(document, id)
      return step ? nameOf(step, agentOf(document, step, library)) : id
    }

    const ask = (place: string | null, question: Promise<DropFit | null>) => {
      known.set(place, null)
      question.then(
        (fit) => {
          if (stop.signal.aborted) return
          known.set(place, fit)
          onAnswer()
        },
        // Without an answer the agent is dropped all the same.
        () => undefined,
      )
    }
    if (after !== null) {
      ask(null, afterStep(document, item, after, mode, stop.signal).then((fit) => fit && { fit, where: `after ${name(after)}` }))
    }
    return {
      over: (edge) => {
        if (edge !== null && !known.has(edge)) {
          const wire = document.edges.find(({ id }) => id === edge)
          const where = wire ? `between ${name(wire.from)} and ${name(wire.to)}` : ''
          ask(edge, inWire(document, item, edge, mode, stop.signal).then((fit) => fit && { fit, where }))
        }
        return known.get(edge) ?? null
      },
      forget: () => stop.abort(),
    }
  }
}

async function afterStep(document: Workflow, item: LibraryItem, from: string, mode: ProofMode, signal: AbortSignal) {
  if (typeof item.addition.agent !== 'string') return null
  const { agents } = await fits({ document, from, mode, agents: [item.addition.agent], steps: [] }, signal)
  return agents[0] ?? null
}

const BAD_FIRST = ['never', 'sometimes', 'unknown', 'always'] as const

/** Puts the agent into the wire, on paper, and takes the worse of both halves. */
async function inWire(document: Workflow, item: LibraryItem, edge: string, mode: ProofMode, signal: AbortSignal) {
  const { document: tried, select } = addStep(document, item.addition, { x: 0, y: 0 }, { how: 'into', edge })
  const [made] = select?.steps ?? []
  const { wires } = await validate({ document: tried, mode, flows: [] }, signal)
  const halves = wires.filter((wire) => wire.from === made || wire.to === made)
  return halves.sort((a, b) => BAD_FIRST.indexOf(a.verdict) - BAD_FIRST.indexOf(b.verdict))[0] ?? null
}
