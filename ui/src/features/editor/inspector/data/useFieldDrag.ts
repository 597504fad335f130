//! Dragging a field of the tree onto a row of the mapping, by pointer events.

import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react'

const THRESHOLD = 4

type Ghost = { expression: string; x: number; y: number; onto: string | null }

export function useFieldDrag(onDrop: (expression: string, name: string, onto: string) => void) {
  const [ghost, setGhost] = useState<Ghost | null>(null)
  const moved = useRef(false)
  const stop = useRef<(() => void) | null>(null)
  const drop = useRef(onDrop)
  useEffect(() => {
    drop.current = onDrop
  })
  useEffect(() => () => stop.current?.(), [])

  const begin = (expression: string, name: string, start: ReactPointerEvent) => {
    if (start.button !== 0) return
    const from = { x: start.clientX, y: start.clientY }
    moved.current = false
    const move = ({ clientX: x, clientY: y }: PointerEvent) => {
      if (!moved.current && Math.hypot(x - from.x, y - from.y) < THRESHOLD) return
      moved.current = true
      setGhost({ expression, x, y, onto: rowAt(x, y) })
    }
    const up = ({ clientX: x, clientY: y }: PointerEvent) => {
      finish()
      const onto = moved.current ? rowAt(x, y) : null
      if (onto !== null) drop.current(expression, name, onto)
    }
    const finish = () => {
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', finish)
      stop.current = null
      setGhost(null)
    }
    stop.current?.()
    stop.current = finish
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', finish)
  }

  return { ghost, begin, dragged: () => moved.current }
}

function rowAt(x: number, y: number): string | null {
  return document.elementFromPoint(x, y)?.closest('[data-map-field]')?.getAttribute('data-map-field') ?? null
}
