//! Moving what is on the canvas.

import type { Step, Workflow } from '@/api/types'

import { NODE_HEIGHT, NODE_WIDTH } from '../flow'
import type { Point } from './add'
import { naming, withSteps, type Edit } from './edit'

export type Places = { steps: ReadonlyMap<string, Point>; notes: ReadonlyMap<string, Point> }

/** Puts steps and notes where they were dragged. */
export function move(document: Workflow, places: Places, nameOf: (step: Step) => string): Edit | null {
  const moved = document.steps.filter((step) => differs(step.position, places.steps.get(step.id))).map(({ id }) => id)
  const notes = (document.notes ?? []).filter((note) => differs(note.position, places.notes.get(note.id)))
  if (moved.length + notes.length === 0) return null
  const next = withSteps(document, (step) => {
    const position = places.steps.get(step.id)
    return position && differs(step.position, position) ? { ...step, position: rounded(position) } : step
  })
  if (notes.length > 0) {
    next.notes = document.notes?.map((note) => {
      const position = places.notes.get(note.id)
      return position ? { ...note, position: rounded(position) } : note
    })
  }
  const what = moved.length > 0 ? naming(document, moved, nameOf) : notes.length === 1 ? 'note' : `${notes.length} notes`
  return { label: `Move ${what}`, document: next }
}

/** Takes the places a layout found. */
export function arrange(document: Workflow, places: ReadonlyMap<string, Point>): Edit | null {
  const edit = move(document, { steps: places, notes: new Map() }, (step) => step.id)
  return edit && { label: 'Arrange the steps', document: edit.document }
}

export type Alignment = 'left' | 'top' | 'centre' | 'middle' | 'rows' | 'columns'

/** Lines the steps up, or spreads them evenly (`rows`: top to bottom, `columns`: left to right). */
export function align(document: Workflow, ids: ReadonlySet<string>, how: Alignment): Edit | null {
  const steps = document.steps.flatMap(({ id, position }) => (ids.has(id) && position ? [{ id, ...position }] : []))
  if (steps.length < 2) return null
  const places = new Map<string, Point>()
  const xs = steps.map((step) => step.x)
  const ys = steps.map((step) => step.y)
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2
  if (how === 'rows' || how === 'columns') {
    const axis = how === 'rows' ? 'y' : 'x'
    const gap = (how === 'rows' ? NODE_HEIGHT : NODE_WIDTH) + 24
    const sorted = steps.toSorted((a, b) => a[axis] - b[axis])
    const first = sorted[0]?.[axis] ?? 0
    const pitch = Math.max(gap, ((sorted.at(-1)?.[axis] ?? 0) - first) / (sorted.length - 1))
    sorted.forEach((step, i) => places.set(step.id, { ...step, [axis]: first + i * pitch }))
  } else {
    for (const step of steps) {
      const x = how === 'left' ? Math.min(...xs) : how === 'centre' ? middle(xs) : step.x
      const y = how === 'top' ? Math.min(...ys) : how === 'middle' ? middle(ys) : step.y
      places.set(step.id, { x, y })
    }
  }
  const edit = move(document, { steps: places, notes: new Map() }, (step) => step.id)
  const label = how === 'rows' || how === 'columns' ? 'Distribute' : 'Align'
  return edit && { label: `${label} ${steps.length} steps`, document: edit.document }
}

function differs(a: Point | undefined, b: Point | undefined): boolean {
  return b !== undefined && (a === undefined || Math.round(b.x) !== a.x || Math.round(b.y) !== a.y)
}

function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) }
}
