//! The open workflows. A session outlives its page while edits are still being saved, and keeps its undo history for
//! when one comes back.

import type { WorkflowDraft } from '@/api/types'
import type { Library } from '@/graph/lookup'

import { setAside, writeBackup } from './backup'
import { createProof, type Proof } from './proof'
import { recordedSteps } from './recorded'
import { createSession, type Session } from './session'
import { createRunIndex, type RunIndex } from './runIndex'
import { createUi, type UiStore } from './ui'

export type OpenEditor = { session: Session; ui: UiStore; runs: RunIndex; proof: Proof }

const open = new Map<string, OpenEditor>()
/** Sessions kept although their page is closed. */
const KEPT = 6

/** The session of a workflow: the one that is open already, brought up to date, or a new one. */
export function openEditor(draft: WorkflowDraft, library: Library): OpenEditor {
  const id = draft.document.id
  let editor = open.get(id)
  if (editor) {
    open.delete(id)
    editor.session.adopt(draft)
    editor.session.setLibrary(library)
  } else {
    const ui = createUi(recordedSteps(id))
    const session = createSession(draft, library)
    editor = { session, ui, runs: createRunIndex(ui), proof: createProof(session) }
  }
  open.set(id, editor)
  for (const [other, { session }] of open) {
    if (open.size <= KEPT) break
    if (session.saver.pending() === 0) open.delete(other)
  }
  return editor
}

/** Edits a crash or a dead backend left behind, when they are not simply in the queue of an open session. */
export function leftBehind(draft: WorkflowDraft): 'none' | 'ours' | 'conflict' {
  const editor = open.get(draft.document.id)
  if (editor && editor.session.saver.pending() > 0) return 'none'
  const backup = setAside(draft.document.id)
  if (!backup) return 'none'
  return backup.base_revision === draft.revision ? 'ours' : 'conflict'
}

/** Last chance before the page goes: everything is sent, and what is not acknowledged stays in the browser. */
function hurry(): void {
  for (const { session } of open.values()) {
    session.saver.flush()
    const edits = session.saver.pending()
    if (edits === 0) continue
    const { document } = session.store.getState()
    writeBackup(session.id, { base_revision: session.saver.revision(), document, edits, at: new Date().toISOString() })
  }
}

window.addEventListener('pagehide', hurry)
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') hurry()
})
