//! The field a person carries from the tree to where it is mapped: dragged with the pointer, or picked up with a key.

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { PointerEvent as ReactPointerEvent } from 'react'

import { edgeScroll } from './edgeScroll'

export type Carried = { expression: string; name: string; type: string; value?: unknown }

export type HandState = {
  carried: Carried | null
  /** Where the pointer is while it drags, in pixels of the window; null when the field was picked up with a key. */
  at: { x: number; y: number } | null
  /** The target under the pointer, by its key. */
  over: string | null
  /** The row the pointer rests on: a source's expression, or a target's key behind `>`. Its wires stand out. */
  near: string | null
}

export type Hand = {
  store: StoreApi<HandState>
  /** Follows the pointer from a press on a field; below a few pixels it is a click and nothing is carried. */
  press: (carried: Carried, event: ReactPointerEvent) => void
  pick: (carried: Carried) => void
  drop: () => void
  /** Tells which expression is being written; null when none is any more. */
  write: (editing: Editing | null) => void
  /** The expression that has the caret. */
  writing: () => Editing | null
  /** Tells which row the pointer rests on. */
  rest: (near: string | null) => void
}

/** The expression that is being written; a field of the tree that is clicked goes to its caret. */
export type Editing = { path: readonly string[]; declared: boolean; input: HTMLInputElement }

const THRESHOLD = 4
const EMPTY = { carried: null, at: null, over: null }

/** The key of the place where a dropped field becomes a field of its own; no path is written so. */
export const NEW_FIELD = '/new'

/** `onDrop` is told what was let go of over which target. */
export function createHand(onDrop: (carried: Carried, key: string) => unknown): Hand {
  const store = createStore<HandState>(() => ({ ...EMPTY, near: null }))
  let stop: (() => void) | undefined
  let editing: Editing | null = null

  const drop = () => {
    stop?.()
    store.setState(EMPTY)
  }

  return {
    store,
    drop,
    write: (next) => {
      editing = next
    },
    writing: () => (editing && document.activeElement === editing.input ? editing : null),
    rest: (near) => store.setState({ near }),
    pick: (carried) => {
      stop?.()
      store.setState({ carried, at: null, over: null })
    },
    press: (carried, start) => {
      if (start.button !== 0) return
      stop?.()
      const from = { x: start.clientX, y: start.clientY }
      let moving = false
      let last = from
      const look = () => store.setState({ carried, at: last, over: targetAt(last.x, last.y) })
      const scroll = edgeScroll(look)
      const move = ({ clientX: x, clientY: y }: PointerEvent) => {
        if (!moving && Math.hypot(x - from.x, y - from.y) < THRESHOLD) return
        moving = true
        last = { x, y }
        look()
        scroll.at(x, y)
      }
      const up = ({ clientX: x, clientY: y }: PointerEvent) => {
        const key = moving ? targetAt(x, y) : null
        if (moving) drop()
        else stop?.()
        if (key !== null) onDrop(carried, key)
      }
      const onKey = (event: KeyboardEvent) => {
        if (event.key !== 'Escape' || !moving) return
        event.preventDefault()
        event.stopPropagation()
        drop()
      }
      stop = () => {
        scroll.stop()
        window.removeEventListener('pointermove', move)
        window.removeEventListener('pointerup', up)
        window.removeEventListener('pointercancel', drop)
        window.removeEventListener('keydown', onKey, true)
        stop = undefined
      }
      window.addEventListener('pointermove', move)
      window.addEventListener('pointerup', up)
      window.addEventListener('pointercancel', drop)
      window.addEventListener('keydown', onKey, true)
    },
  }
}

function targetAt(x: number, y: number): string | null {
  return document.elementFromPoint(x, y)?.closest('[data-map-field]')?.getAttribute('data-map-field') ?? null
}
