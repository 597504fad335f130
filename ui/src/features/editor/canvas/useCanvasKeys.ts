//! The keys of the canvas, while it has the focus.

import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef, type RefObject } from 'react'

import type { Step } from '@/api/types'
import type { Point } from '@/graph/edits/add'
import { toggleBreakpoints } from '@/graph/edits/flow'
import { move } from '@/graph/edits/move'
import { removeAndReconnect, removeSelection } from '@/graph/edits/remove'
import { clipOf, paste } from '@/graph/clipboard'
import { positionOf } from '@/graph/flow'
import { agentOf, edgeById, nameOf, stepById } from '@/graph/lookup'
import { isNothing, NOTHING, selectSteps, soleEdge } from '@/graph/selection'

import { useProofDoor, useSession, useUiStore } from '../session/context'
import type { Session } from '../session/session'
import { reveal } from '../session/ui'
import { addByKey } from './addByKey'
import { connectByKey } from './ConnectTo'
import { goToNextWire } from './goToWire'
import { canvasAt } from './hit'
import { newNote } from './newNote'
import { canvasCentre } from './centre'
import { walkFrom, type Direction } from './walkFrom'

const NUDGE = 20

export function namer(session: Session): (step: Step) => string {
  const { document, library } = session.store.getState()
  return (step) => nameOf(step, agentOf(document, step, library))
}

/** Listens on `canvas`; answers where the pointer is on it, or its middle when the pointer is elsewhere. */
export function useCanvasKeys(canvas: RefObject<HTMLElement | null>): () => Point {
  const session = useSession()
  const ui = useUiStore()
  const proof = useProofDoor()
  const flow = useReactFlow()
  const pointer = useRef<Point | null>(null)

  const cursor = () => (pointer.current && canvasAt(pointer.current.x, pointer.current.y) ? pointer.current : canvasCentre())

  const openQuickAdd = () => addByKey(session, ui, flow, cursor())

  const walk = (direction: Direction) => {
    const { document, selection, library } = session.store.getState()
    const wire = edgeById(document, soleEdge(selection) ?? '')
    const next = wire
      ? direction === 'ArrowRight' || direction === 'ArrowDown'
        ? wire.to
        : wire.from
      : walkFrom(document, [...selection.steps].at(-1) ?? null, direction)
    if (next === null) return
    session.select(selectSteps([next]))
    reveal(ui, [next])
    const step = stepById(document, next)
    if (step) ui.setState({ announcement: nameOf(step, agentOf(document, step, library)) })
  }

  const nudge = (direction: Direction) => {
    const { document, selection } = session.store.getState()
    const dx = direction === 'ArrowLeft' ? -NUDGE : direction === 'ArrowRight' ? NUDGE : 0
    const dy = direction === 'ArrowUp' ? -NUDGE : direction === 'ArrowDown' ? NUDGE : 0
    const steps = new Map(
      document.steps.flatMap((step, index) => {
        const { x, y } = positionOf(step, index)
        return selection.steps.has(step.id) ? [[step.id, { x: x + dx, y: y + dy }] as const] : []
      }),
    )
    const edit = move(document, { steps, notes: new Map() }, namer(session))
    session.apply(edit && { ...edit, merge: `nudge:${[...selection.steps].join()}` })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    if (target.closest('input, textarea, [contenteditable=true]')) return
    const { document, selection } = session.store.getState()
    const mod = event.ctrlKey || event.metaKey
    const handled = () => {
      event.preventDefault()
      event.stopPropagation()
    }
    // With Caps Lock on, letters come large.
    switch (event.key.length === 1 ? event.key.toLowerCase() : event.key) {
      case 'Tab':
        if (event.shiftKey || mod || target !== event.currentTarget) return
        handled()
        return openQuickAdd()
      case '/':
        if (mod) return
        handled()
        return openQuickAdd()
      case 'Delete':
      case 'Backspace': {
        handled()
        const remove = mod ? removeAndReconnect : removeSelection
        const edit = remove(document, selection, namer(session))
        if (session.apply(edit)) ui.setState({ announcement: edit?.label ?? '' })
        return
      }
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'ArrowUp':
      case 'ArrowDown':
        handled()
        return event.shiftKey ? nudge(event.key as Direction) : walk(event.key as Direction)
      case 'Enter':
        if (target !== event.currentTarget || isNothing(selection)) return
        handled()
        if (selection.notes.size > 0) return ui.setState({ writing: [...selection.notes][0] ?? null })
        if (soleEdge(selection) !== null) return ui.setState({ proofOf: soleEdge(selection) })
        return globalThis.document.querySelector<HTMLElement>('[data-inspector] [role=tab][aria-selected=true]')?.focus()
      case 'Escape':
        return session.select(NOTHING)
      case 'a':
        if (!mod) return
        handled()
        return session.select({
          ...selectSteps(document.steps.map((step) => step.id)),
          notes: new Set((document.notes ?? []).map((note) => note.id)),
        })
      case 'F9':
        handled()
        return void session.apply(toggleBreakpoints(document, [...selection.steps]))
      case 'd': {
        if (!mod) return
        handled()
        const clip = clipOf(document, selection)
        if (clip) session.apply(paste(document, clip, null, 'Duplicate'))
        return
      }
      case 'n': {
        if (mod) return
        handled()
        return newNote(session, ui, flow.screenToFlowPosition(cursor()))
      }
      case 'c':
        if (mod) return
        handled()
        return connectByKey(session, ui, flow)
      case 'w':
        if (mod) return
        handled()
        return goToNextWire(session, ui, proof, event.shiftKey)
      case '1':
        if (mod) return
        handled()
        return void flow.fitView({ padding: '40px', maxZoom: 1, duration: 150 })
      case '+':
      case '=':
        if (mod) return
        handled()
        return void flow.zoomIn({ duration: 100 })
      case '-':
        if (mod) return
        handled()
        return void flow.zoomOut({ duration: 100 })
    }
  }

  const latest = useRef(onKeyDown)
  useEffect(() => {
    latest.current = onKeyDown
  })
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const key = (event: KeyboardEvent) => latest.current(event)
    const remember = (event: PointerEvent) => {
      pointer.current = { x: event.clientX, y: event.clientY }
    }
    // A press anywhere on the canvas gives it the keys, except where a field, button or menu takes them.
    const focus = (event: PointerEvent) => {
      if (!(event.target as HTMLElement).closest('input, textarea, button, [data-keeps-keys]')) element.focus({ preventScroll: true })
    }
    element.addEventListener('keydown', key)
    element.addEventListener('pointermove', remember)
    element.addEventListener('pointerdown', focus, true)
    return () => {
      element.removeEventListener('keydown', key)
      element.removeEventListener('pointermove', remember)
      element.removeEventListener('pointerdown', focus, true)
    }
  }, [canvas])
  return cursor
}
