//! Undo across a restart: reads the history back from the labels of the backend's journal.
//!
//! Every change is one edit there, an undo included. `Undo: X` takes back the edit X before it, `Redo: X` does it
//! again, and `X …` continues the X before it (typing). From the newest edit backwards that tells which edits still
//! stand and which can be done again.

import type { EditSummary } from '@/api/types'

import type { Entry, History } from './history'

const UNDO = 'Undo: '
const REDO = 'Redo: '
const MORE = ' …'

export const undoLabel = (label: string) => UNDO + label
export const redoLabel = (label: string) => REDO + label
export const continuedLabel = (label: string) => label + MORE

/** One step of undo in the journal: the state `before` it, and `after` its last continuation. */
type Group = { label: string; before: number; after: number; what: 'edit' | 'undo' | 'redo' }

/** The history of a journal given newest first. The oldest edit given has no state before it, so it only lends its. */
export function historyFrom(edits: readonly EditSummary[]): History {
  const groups = grouped(edits.toReversed())
  return { undo: standing(groups), redo: redoable(groups) }
}

function grouped(oldestFirst: readonly EditSummary[]): Group[] {
  const groups: Group[] = []
  oldestFirst.forEach((edit, index) => {
    const previous = oldestFirst[index - 1]
    if (!previous) return
    const last = groups.at(-1)
    if (edit.label.endsWith(MORE) && last) {
      last.after = edit.revision
      return
    }
    const what = edit.label.startsWith(UNDO) ? 'undo' : edit.label.startsWith(REDO) ? 'redo' : 'edit'
    const label = what === 'edit' ? edit.label : edit.label.slice(UNDO.length)
    groups.push({ label, before: previous.revision, after: edit.revision, what })
  })
  return groups
}

function standing(groups: readonly Group[]): Entry[] {
  const entries: Entry[] = []
  let takenBack = 0
  for (const group of groups.toReversed()) {
    if (group.what === 'undo') takenBack += 1
    else if (takenBack > 0) takenBack -= 1
    else entries.push(entry(group.label, group.before, group.after))
  }
  return entries.reverse()
}

function redoable(groups: readonly Group[]): Entry[] {
  const entries: Entry[] = []
  let doneAgain = 0
  for (const group of groups.toReversed()) {
    if (group.what === 'edit') break
    if (group.what === 'redo') doneAgain += 1
    else if (doneAgain > 0) doneAgain -= 1
    // An undo led from the state with the edit (`before`) to the one without it.
    else entries.push(entry(group.label, group.after, group.before))
  }
  return entries.reverse()
}

function entry(label: string, before: number, after: number): Entry {
  return { label, before: { revision: before }, after: { revision: after }, at: 0 }
}
