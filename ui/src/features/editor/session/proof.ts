//! The verdicts of the open workflow's wires, kept up to date as it is edited.
//!
//! One question is under way at a time; what changes meanwhile is asked about next. Until the answer is there the old
//! verdicts stay and are known to be stale.

import { createStore, type StoreApi } from 'zustand/vanilla'

import { ApiError } from '@/api/errors'
import { validate, type ProofMode, type StepFlow, type WireProof } from '@/api/proof'
import { sameMeaning } from '@/graph/meaning'
import { soleStep } from '@/graph/selection'

import type { Session } from './session'

export type ProofState = {
  mode: ProofMode
  /** By edge. */
  wires: ReadonlyMap<string, WireProof>
  /** What goes in and out, by step. */
  flows: ReadonlyMap<string, StepFlow>
  /** Counts the changes of what the workflow means. */
  meaning: number
  /** The meaning `wires` and `flows` tell of; older than `meaning`: they are stale. */
  checked: number
  /** Steps wait for one another, so nothing flows: `wires` tells of the time before. */
  stuck: boolean
}

/** Whether the verdicts tell of a state that has been left. */
export function isStale({ checked, meaning, stuck }: ProofState): boolean {
  return stuck || checked < meaning
}

export type Proof = {
  store: StoreApi<ProofState>
  setMode: (mode: ProofMode) => void
}

/** How long edits are gathered before they are checked. */
const GATHER_MS = 40
/** How long to wait after the backend did not answer. */
const AGAIN_MS = 3_000

const MODE_KEY = 'heddle.proof-mode'

/** Of documents with more steps, only the selected step's flow is asked for. */
const ALL_FLOWS = 60

/** Follows a session; its diagnostics are written into the session's own state. */
export function createProof(session: Pick<Session, 'store'>, ask = validate): Proof {
  const store = createStore<ProofState>(() => ({
    mode: localStorage.getItem(MODE_KEY) === 'strict' ? 'strict' : 'declared',
    wires: new Map(),
    flows: new Map(),
    meaning: 1,
    checked: 0,
    stuck: false,
  }))
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking = false

  const soon = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void check(), ms)
  }

  const selectedInLarge = () => {
    const { document, selection } = session.store.getState()
    return document.steps.length > ALL_FLOWS ? soleStep(selection) : null
  }

  const check = async () => {
    if (asking) return
    asking = true
    const { document } = session.store.getState()
    const { meaning, mode } = store.getState()
    const selected = selectedInLarge()
    let pause: number | null = GATHER_MS
    try {
      const { diagnostics, wires, steps } = await ask({ document, mode, ...(selected !== null && { flows: [selected] }) })
      const stuck = diagnostics.some(({ code }) => code === 'cycle' || code === 'self_loop')
      store.setState({
        ...(!stuck && { wires: new Map(wires.map((wire) => [wire.edge, wire])) }),
        flows: new Map(steps.map((step) => [step.step, step])),
        checked: meaning,
        stuck,
      })
      session.store.setState({ diagnostics })
    } catch (error) {
      // What is shown stays, and is known to be stale. A refused document is asked about again when it has changed.
      pause = error instanceof ApiError && error.status >= 400 && error.status < 500 ? null : AGAIN_MS
    }
    asking = false
    const { meaning: now } = store.getState()
    if (pause !== null ? store.getState().checked < now : meaning < now) soon(pause ?? GATHER_MS)
  }

  const changed = () => {
    store.setState(({ meaning }) => ({ meaning: meaning + 1 }))
    if (!asking) soon(GATHER_MS)
  }

  session.store.subscribe((now, before) => {
    if (now.library !== before.library || !sameMeaning(now.document, before.document)) return changed()
    if (now.selection === before.selection || asking) return
    const selected = selectedInLarge()
    if (selected !== null && !store.getState().flows.has(selected)) soon(0)
  })
  void check()

  return {
    store,
    setMode: (mode) => {
      if (mode === store.getState().mode) return
      localStorage.setItem(MODE_KEY, mode)
      store.setState({ mode })
      changed()
    },
  }
}
