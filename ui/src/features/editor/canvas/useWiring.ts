//! Drawing wires: from port to port, onto a step, or into the void, where a new step is offered.

import {
  useReactFlow,
  type Connection,
  type FinalConnectionState,
  type OnConnectEnd,
  type OnConnectStart,
} from '@xyflow/react'
import { useCallback, useEffect, useRef } from 'react'

import { fits } from '@/api/proof'
import { barredFrom, reconnect, wireVerdict } from '@/graph/edits/wires'
import { isGhost, noteIdOf, type Wire } from '@/graph/flow'
import { branchOf } from '@/graph/lookup'

import { useProofDoor, useSession, useUiStore } from '../session/context'
import { drawWire } from './drawWire'
import { canvasAt, stepAt } from './hit'

export function useWiring() {
  const session = useSession()
  const ui = useUiStore()
  const proof = useProofDoor()
  const { screenToFlowPosition } = useReactFlow()
  const question = useRef<AbortController | null>(null)
  useEffect(() => () => question.current?.abort(), [])

  const draw = useCallback(
    (from: string, to: string, branch: string | undefined) => drawWire(session, ui, from, to, branch, ui.getState().drawing?.fits.get(to)),
    [session, ui],
  )

  const onConnect = useCallback(
    ({ source, target, sourceHandle }: Connection) => draw(source, target, branchOf(sourceHandle)),
    [draw],
  )

  /** Asks once, at the start, how what leaves the port would fit every step it could reach. */
  const onConnectStart = useCallback<OnConnectStart>(
    (_, { nodeId: from, handleId, handleType }) => {
      if (from === null || handleType !== 'source' || isGhost(from)) return
      const { document } = session.store.getState()
      const branch = branchOf(handleId)
      const asking = new AbortController()
      question.current?.abort()
      question.current = asking
      ui.setState({ drawing: { from, barred: barredFrom(document, from, branch), fits: new Map() } })
      const { mode } = proof.store.getState()
      fits({ document, from, ...(branch && { branch }), mode, agents: [] }, asking.signal).then(
        ({ steps }) => {
          const { drawing } = ui.getState()
          if (asking.signal.aborted || !drawing) return
          ui.setState({ drawing: { ...drawing, fits: new Map(steps.map((fit) => [fit.id, fit])) } })
        },
        // Without an answer wires are drawn all the same; their verdicts come with the next check.
        () => undefined,
      )
    },
    [proof, session, ui],
  )

  /** A wire let go of above a step leads to it; in the void it asks what comes next. */
  const drop = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
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

  const onConnectEnd = useCallback<OnConnectEnd>(
    (event, state: FinalConnectionState) => {
      question.current?.abort()
      drop(event, state)
      ui.setState({ drawing: null })
    },
    [drop, ui],
  )

  const onReconnect = useCallback(
    (old: Wire, { source, target, sourceHandle }: Connection) => {
      const { document } = session.store.getState()
      session.apply(reconnect(document, old.id, { from: source, to: target, branch: branchOf(sourceHandle) }))
    },
    [session],
  )

  /** Only what could never be: a step into itself, a second wire of the same kind, a note, a step that is gone. */
  const isValidConnection = useCallback(
    ({ source, target, sourceHandle }: Connection | Wire) => {
      if ([source, target].some((node) => noteIdOf(node) !== null || isGhost(node))) return false
      const { document } = session.store.getState()
      const verdict = wireVerdict(document, source, target, branchOf(sourceHandle))
      return verdict.fits || verdict.reason === 'cycle'
    },
    [session],
  )

  return { onConnect, onConnectStart, onConnectEnd, onReconnect, isValidConnection }
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const touch = 'changedTouches' in event ? event.changedTouches[0] : event
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 }
}
