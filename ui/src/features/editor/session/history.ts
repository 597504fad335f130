//! Undo and redo of one workflow: pure, no IO.

import type { Workflow } from '@/api/types'

/** A state of the document: at hand, or in the backend's journal under its revision. */
export type State = { document: Workflow } | { revision: number }

export type Entry = {
  label: string
  before: State
  after: State
  merge?: string | undefined
  /** When the last edit was merged into it, in milliseconds; 0 for entries of the journal. */
  at: number
}

/** The last entry of each list is the next to be undone or redone. */
export type History = { undo: readonly Entry[]; redo: readonly Entry[] }

export const NO_HISTORY: History = { undo: [], redo: [] }

/** Edits with the same key within this time are one step of undo. */
const MERGE_WITHIN_MS = 2_000
/** Steps of undo kept at hand. Older ones stay in the journal. */
const KEPT = 500

export type Made = { label: string; before: Workflow; after: Workflow; merge?: string | undefined; at: number }

/** Whether an edit continues the last one. */
export function continues(history: History, made: Pick<Made, 'merge' | 'at'>): boolean {
  const last = history.undo.at(-1)
  return (
    made.merge !== undefined && history.redo.length === 0 && last?.merge === made.merge && made.at - last.at < MERGE_WITHIN_MS
  )
}

/** The history after an edit: what was undone before it cannot be redone any more. */
export function recorded(history: History, made: Made): History {
  const last = history.undo.at(-1)
  if (last && continues(history, made)) {
    const merged: Entry = { ...last, label: made.label, after: { document: made.after }, at: made.at }
    return { undo: [...history.undo.slice(0, -1), merged], redo: [] }
  }
  const entry: Entry = {
    label: made.label,
    before: { document: made.before },
    after: { document: made.after },
    merge: made.merge,
    at: made.at,
  }
  return { undo: [...history.undo, entry].slice(-KEPT), redo: [] }
}

/** Takes the last entry back; its neighbours no longer merge with anything. */
export function undone(history: History): History {
  const entry = history.undo.at(-1)
  if (!entry) return history
  return { undo: history.undo.slice(0, -1), redo: [...history.redo, { ...entry, merge: undefined }] }
}

export function redone(history: History): History {
  const entry = history.redo.at(-1)
  if (!entry) return history
  return { undo: [...history.undo, { ...entry, merge: undefined }], redo: history.redo.slice(0, -1) }
}
