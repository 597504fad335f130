import { NODE_WIDTH, positionOf } from '@/graph/flow'
import { UNDO_BRANCH } from '@/graph/lookup'

import type { Session } from '../session/session'
import type { UiStore } from '../session/ui'
import { canvasCentre } from './centre'

/** Asks for the step that undoes another when the run fails afterwards; it is put below and wired to it. */
export function undoWith(session: Session, ui: UiStore, step: string): void {
  const { steps } = session.store.getState().document
  const index = steps.findIndex((each) => each.id === step)
  const found = steps[index]
  if (!found) return
  const { x, y } = positionOf(found, index)
  const screen = canvasCentre()
  ui.setState({ quickAdd: { screen, at: { x: x + NODE_WIDTH + 80, y: y + 150 }, attach: { how: 'after', step, branch: UNDO_BRANCH } } })
}
