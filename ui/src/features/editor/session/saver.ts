//! Saves every edit as it is made, one after the other, each as an edit of its own in the backend's journal.
//!
//! Nothing is ever dropped: an edit leaves the queue when the backend has acknowledged it. While the backend does not
//! answer, the queue keeps trying and says so. When somebody else saved meanwhile it stops and waits for a decision.

import { ApiError, messageOf } from '@/api/errors'
import type { Diagnostic, Workflow } from '@/api/types'

export type SaveState =
  | { is: 'saved' }
  | { is: 'saving' }
  /** The backend does not answer or cannot save now; it is tried again by itself. */
  | { is: 'retrying'; why: string }
  /** The backend refuses the document as it is; the next edit is tried again. */
  | { is: 'refused'; why: string }
  /** Somebody else saved since; a person has to decide. */
  | { is: 'conflict' }

export type Saving = { label: string; document: Workflow; merge?: string | undefined }

export type Saver = {
  add: (edit: Saving) => void
  /** Sends what waits for more typing now. */
  flush: () => void
  /** Resolves when nothing is left to save; answers false when it cannot be (conflict, refused). */
  settled: () => Promise<boolean>
  /** The revision of the last acknowledged state. */
  revision: () => number
  pending: () => number
  /** Starts over from a state the backend gave; drops what was queued. */
  reset: (revision: number) => void
  /** Tries at once instead of waiting for the next try. */
  retryNow: () => void
}

export type SaverDoors = {
  save: (edit: { document: Workflow; base_revision: number; label: string }) => Promise<{ revision: number; diagnostics: Diagnostic[] }>
  onState: (state: SaveState) => void
  onSaved: (answer: { revision: number; diagnostics: Diagnostic[]; document: Workflow }) => void
}

/** How long an edit that may be continued (typing) waits for more. */
const TYPING_MS = 250
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8_000
/** Client errors that may pass: a token to be typed, a timeout, too many requests. */
const PASSING = new Set([401, 403, 408, 429])

export function createSaver(revision: number, doors: SaverDoors): Saver {
  let base = revision
  let queue: Saving[] = []
  let sending = false
  let halted = false
  let refused = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let epoch = 0
  let waiting: ((saved: boolean) => void)[] = []

  const settle = (saved: boolean) => {
    const all = waiting
    waiting = []
    for (const resolve of all) resolve(saved)
  }

  const later = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      void send()
    }, ms)
  }

  async function send(): Promise<void> {
    const edit = queue[0]
    if (sending || halted || refused || !edit) return
    clearTimeout(timer)
    timer = undefined
    sending = true
    const mine = epoch
    doors.onState(failures === 0 ? { is: 'saving' } : { is: 'retrying', why: 'Trying again…' })
    try {
      const answer = await doors.save({ document: edit.document, base_revision: base, label: edit.label })
      if (mine !== epoch) return
      base = answer.revision
      failures = 0
      queue = queue.slice(1)
      doors.onSaved({ ...answer, document: edit.document })
    } catch (error) {
      if (mine !== epoch) return
      failed(error)
      return
    } finally {
      if (mine === epoch) sending = false
    }
    if (queue.length > 0) void send()
    else {
      doors.onState({ is: 'saved' })
      settle(true)
    }
  }

  function failed(error: unknown) {
    sending = false
    if (error instanceof ApiError && error.code === 'stale_revision') {
      halted = true
      doors.onState({ is: 'conflict' })
      settle(false)
      return
    }
    if (error instanceof ApiError && error.status >= 400 && error.status < 500 && !PASSING.has(error.status)) {
      refused = true
      doors.onState({ is: 'refused', why: messageOf(error) })
      settle(false)
      return
    }
    failures += 1
    doors.onState({ is: 'retrying', why: messageOf(error) })
    later(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)))
  }

  return {
    add: (edit) => {
      // A refused document would be refused again; this edit is made on top of it and may mend it.
      if (refused) queue = []
      refused = false
      const last = queue.at(-1)
      const inFlight = sending && queue.length === 1
      if (last && !inFlight && edit.merge !== undefined && last.merge === edit.merge) {
        queue = [...queue.slice(0, -1), { ...edit, label: last.label }]
      } else queue = [...queue, edit]
      if (halted || failures > 0) return
      doors.onState({ is: 'saving' })
      if (edit.merge === undefined) void send()
      else if (!sending && timer === undefined) later(TYPING_MS)
    },
    flush: () => void send(),
    settled: () => {
      if (queue.length === 0) return Promise.resolve(true)
      if (halted || refused) return Promise.resolve(false)
      return new Promise((resolve) => {
        waiting.push(resolve)
        if (failures === 0) void send()
      })
    },
    revision: () => base,
    pending: () => queue.length,
    reset: (revision) => {
      epoch += 1
      clearTimeout(timer)
      timer = undefined
      base = revision
      queue = []
      sending = false
      halted = false
      refused = false
      failures = 0
      doors.onState({ is: 'saved' })
      settle(true)
    },
    retryNow: () => void send(),
  }
}
