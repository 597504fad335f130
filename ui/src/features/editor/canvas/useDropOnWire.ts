//! Letting go of a step above a wire puts it into the wire, if the step has no wires of its own yet.

import type { OnNodeDrag } from '@xyflow/react'
import { useCallback } from 'react'

import { insertStep } from '@/graph/edits/add'
import type { CanvasNode } from '@/graph/flow'

import { useSession, useUiStore } from '../session/context'
import { edgeAt } from './hit'

export function useDropOnWire(keepPlaces: () => void) {
  const session = useSession()
  const ui = useUiStore()

  const target = useCallback(
    (event: MouseEvent | TouchEvent, node: CanvasNode): string | null => {
      if (node.type !== 'step' || !('clientX' in event)) return null
      const { edges } = session.store.getState().document
      if (edges.some((edge) => edge.from === node.id || edge.to === node.id)) return null
      return edgeAt(event.clientX, event.clientY, node.id)
    },
    [session],
  )

  const overWire = useCallback<OnNodeDrag<CanvasNode>>(
    (event, node) => {
      const edge = target(event, node)
      if (edge !== ui.getState().dropEdge) ui.setState({ dropEdge: edge })
    },
    [target, ui],
  )

  const dropped = useCallback<OnNodeDrag<CanvasNode>>(
    (event, node) => {
      const edge = target(event, node)
      ui.setState({ dropEdge: null })
      keepPlaces()
      if (edge === null || node.type !== 'step') return
      session.apply(insertStep(session.store.getState().document, node.id, edge, node.data.name))
    },
    [keepPlaces, session, target, ui],
  )

  return { overWire, dropped }
}
