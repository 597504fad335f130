//! Drawing wires: from port to port, onto a step, or into the void, where a new step is offered.

import { useReactFlow, type Connection, type FinalConnectionState, type OnConnectEnd } from '@xyflow/react'
import { useCallback } from 'react'

import { connect, reconnect, wireVerdict } from '@/graph/edits/wires'
import { noteIdOf, type Wire } from '@/graph/flow'
import { branchOf } from '@/graph/lookup'

import { useSession, useUiStore } from '../session/context'
import { canvasAt, stepAt } from './hit'

export function useWiring() {
  const session = useSession()
  const ui = useUiStore()
  const { screenToFlowPosition } = useReactFlow()

  const draw = useCallback(
    (from: string, to: string, branch: string | undefined) => {
      const { document } = session.store.getState()
      const verdict = wireVerdict(document, from, to, branch)
      if (session.apply(connect(document, from, to, branch))) ui.setState({ announcement: `${from} connected to ${to}` })
      else if (!verdict.fits && verdict.reason === 'duplicate') ui.setState({ announcement: 'They are connected already' })
    },
    [session, ui],
  )

  const onConnect = useCallback(
    ({ source, target, sourceHandle }: Connection) => draw(source, target, branchOf(sourceHandle)),
    [draw],
  )

  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, state: FinalConnectionState) => {
      if (state.toHandle !== null || state.fromHandle === null) return
      const { x, y } = pointOf(event)
      const { nodeId, type, id } = state.fromHandle
      const branch = branchOf(id)
      const step = stepAt(x, y)
      if (step !== null) {
        if (step === nodeId) return
        if (type === 'source') draw(nodeId, step, branch)
        else draw(step, nodeId, undefined)
        return
      }
      if (!canvasAt(x, y)) return
      const attach =
        type === 'source' ? ({ how: 'after', step: nodeId, branch } as const) : ({ how: 'before', step: nodeId } as const)
      ui.setState({ quickAdd: { screen: { x, y }, at: screenToFlowPosition({ x, y }), attach } })
    },
    [draw, screenToFlowPosition, ui],
  )

  const onReconnect = useCallback(
    (old: Wire, { source, target, sourceHandle }: Connection) => {
      const { document } = session.store.getState()
      session.apply(reconnect(document, old.id, { from: source, to: target, branch: branchOf(sourceHandle) }))
    },
    [session],
  )

  /** Only what could never be: a step into itself, a second wire of the same kind, a note. */
  const isValidConnection = useCallback(
    ({ source, target, sourceHandle }: Connection | Wire) => {
      if (noteIdOf(source) !== null || noteIdOf(target) !== null) return false
      const { document } = session.store.getState()
      const verdict = wireVerdict(document, source, target, branchOf(sourceHandle))
      return verdict.fits || verdict.reason === 'cycle'
    },
    [session],
  )

  return { onConnect, onConnectEnd, onReconnect, isValidConnection }
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 }
}
