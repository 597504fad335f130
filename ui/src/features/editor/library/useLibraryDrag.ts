//! Dragging an agent onto the canvas, by pointer events: they work with a mouse, a finger, and under WebDriver.

import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react'

import { addStep, type Attachment } from '@/graph/edits/add'
import { NODE_HEIGHT, NODE_WIDTH } from '@/graph/flow'

import { canvasAt, edgeAt } from '../canvas/hit'
import { useSession, useUiStore } from '../session/context'
import type { LibraryItem } from './items'
import { useDropFits, type DropFit } from './useDropFits'

/** How far the pointer moves before a press becomes a drag. */
const THRESHOLD = 4

export type Ghost = { item: LibraryItem; x: number; y: number; over: boolean; fit: DropFit | null }

type Drag = {
  ghost: Ghost | null
  /** `attach` is what the new step is connected to, unless it is dropped on a wire. */
  begin: (item: LibraryItem, event: ReactPointerEvent, attach?: Attachment) => void
  dragged: () => boolean
}

export function useLibraryDrag(): Drag {
  const session = useSession()
  const ui = useUiStore()
  const { screenToFlowPosition } = useReactFlow()
  const [ghost, setGhost] = useState<Ghost | null>(null)
  const wasDragged = useRef(false)
  const stop = useRef<(() => void) | null>(null)
  const dropFits = useDropFits()
  useEffect(() => () => stop.current?.(), [])

  const begin = (item: LibraryItem, event: ReactPointerEvent, attach?: Attachment) => {
    if (event.button !== 0) return
    const start = { x: event.clientX, y: event.clientY }
    const pointer = event.pointerId
    wasDragged.current = false
    const asked = dropFits(item, () => setGhost((ghost) => ghost && { ...ghost, fit: fitAt(ghost.x, ghost.y) }))
    const fitAt = (x: number, y: number) => (canvasAt(x, y) ? asked.over(edgeAt(x, y)) : null)

    const move = (event: PointerEvent) => {
      if (event.pointerId !== pointer) return
      const { clientX: x, clientY: y } = event
      if (!wasDragged.current && Math.hypot(x - start.x, y - start.y) < THRESHOLD) return
      wasDragged.current = true
      event.preventDefault()
      const over = canvasAt(x, y)
      ui.setState({ dropEdge: over ? edgeAt(x, y) : null })
      setGhost({ item, x, y, over, fit: fitAt(x, y) })
    }
    const end = (event: PointerEvent) => {
      if (event.pointerId !== pointer) return
      finish()
      const { clientX: x, clientY: y } = event
      if (event.type !== 'pointerup' || !wasDragged.current || !canvasAt(x, y)) return
      const centre = screenToFlowPosition({ x, y })
      const at = { x: centre.x - NODE_WIDTH / 2, y: centre.y - NODE_HEIGHT / 2 }
      const edge = edgeAt(x, y)
      const { document } = session.store.getState()
      session.apply(addStep(document, item.addition, at, edge === null ? attach : { how: 'into', edge }))
      globalThis.document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
    }
    const abort = (event: KeyboardEvent) => {
      if (event.key === 'Escape') finish()
    }
    const finish = () => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', end)
      window.removeEventListener('pointercancel', end)
      window.removeEventListener('keydown', abort)
      asked.forget()
      stop.current = null
      ui.setState({ dropEdge: null })
      setGhost(null)
    }
    stop.current?.()
    stop.current = finish
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', end)
    window.addEventListener('pointercancel', end)
    window.addEventListener('keydown', abort)
  }

  return { ghost, begin, dragged: () => wasDragged.current }
}
