//! Adding a step without a pointer: after the selected one and wired to it, else where the canvas is looked at.

import type { ReactFlowInstance } from '@xyflow/react'

import { nextPlace, type Point } from '@/graph/edits/add'
import { NODE_HEIGHT } from '@/graph/flow'
import { freeBranch } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'

import type { Session } from '../session/session'
import type { UiStore } from '../session/ui'

/** Asks what to add; `screen` is where, in pixels of the window, when no step is selected. */
export function addByKey(session: Session, ui: UiStore, flow: Pick<ReactFlowInstance, 'screenToFlowPosition' | 'flowToScreenPosition'>, screen: Point): void {
  const { document, library, selection } = session.store.getState()
  const step = soleStep(selection)
  if (step === null) return ui.setState({ quickAdd: { screen, at: flow.screenToFlowPosition(screen) } })
  const place = nextPlace(document, step, screen)
  ui.setState({
    quickAdd: {
      screen: flow.flowToScreenPosition(place),
      at: { x: place.x, y: place.y + NODE_HEIGHT / 2 },
      attach: { how: 'after', step, branch: freeBranch(document, library, step) },
      unlessNever: true,
    },
  })
}
