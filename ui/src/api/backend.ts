//! Whether the backend answers, as every call finds out; known at once wherever it matters, without asking again.

import { useSyncExternalStore } from 'react'

export type Backend = {
  /** The last call had no answer. */
  gone: boolean
  /** This browser has no key, or a wrong one. */
  locked: boolean
  /** When the last answer came, in milliseconds since 1970: what is shown is not newer. `undefined` before the first. */
  answeredAt: number | undefined
}

let state: Backend = { gone: false, locked: false, answeredAt: undefined }
/** Renewed with every answer, apart from `state`: nothing is drawn again because of it. */
let answeredAt: number | undefined
const listeners = new Set<() => void>()

function set(next: Pick<Backend, 'gone' | 'locked'>): void {
  if (next.gone === state.gone && next.locked === state.locked) return
  state = { ...next, answeredAt }
  for (const listener of listeners) listener()
}

/** A call was answered, with that HTTP status. */
export function markAnswered(status: number): void {
  const locked = status === 401
  if (!locked) answeredAt = Date.now()
  set({ gone: false, locked })
}

/** A call had no answer. */
export function markGone(): void {
  set({ gone: true, locked: state.locked })
}

/** How the backend fares; `answeredAt` is that of the moment it went away. */
export function useBackend(): Backend {
  return useSyncExternalStore(subscribe, read)
}

/** Since when there is no answer, in milliseconds since 1970: clocks stand there. `undefined` while there is one. */
export function useStandstill(): number | undefined {
  const { gone, answeredAt: at } = useBackend()
  return gone ? at : undefined
}

const read = () => state

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
