import { addNote, type Point } from '@/graph/edits/add'

import type { Session } from '../session/session'
import type { UiStore } from '../session/ui'

/** Adds a note and opens it for writing. */
export function newNote(session: Session, ui: UiStore, at: Point): void {
  const edit = addNote(session.store.getState().document, at)
  session.apply(edit)
  ui.setState({ writing: [...(edit.select?.notes ?? [])][0] ?? null })
}
