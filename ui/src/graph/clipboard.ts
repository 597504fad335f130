//! Copy and paste as JSON: what is copied is text that can be pasted in another window, into a file or a chat.

import { parseJson, toJson } from '@/api/json'
import type { Agent, Edge, Step, Workflow } from '@/api/types'

import type { Point } from './edits/add'
import { edgeIds, stepIds, type Edit } from './edits/edit'
import { renamedInExpression } from './expressions'
import { identifier, isIdentifier, numbered, unique } from './ids'
import type { Selection } from './selection'

const FORMAT = 'heddle/clip'

type Note = NonNullable<Workflow['notes']>[number]
export type Clip = { steps: Step[]; edges: Edge[]; notes: Note[]; agents: Agent[] }

/** The selected steps with the wires between them, the selected notes, and the agents the steps need. */
export function clipOf(document: Workflow, selection: Selection): Clip | null {
  const steps = document.steps.filter((step) => selection.steps.has(step.id))
  const notes = (document.notes ?? []).filter((note) => selection.notes.has(note.id))
  if (steps.length + notes.length === 0) return null
  const edges = document.edges.filter((edge) => selection.steps.has(edge.from) && selection.steps.has(edge.to))
  const used = new Set(steps.map((step) => step.agent))
  const agents = (document.agents ?? []).filter((agent) => agent.id !== undefined && used.has(agent.id))
  return { steps, edges, notes, agents }
}

export function clipToText(clip: Clip): string {
  return toJson({ format: FORMAT, ...clip }, 2)
}

/** Reads a clip, or takes the steps of a whole workflow document; null when the text is neither. */
export function clipFromText(text: string): Clip | null {
  let value: unknown
  try {
    value = parseJson(text)
  } catch {
    return null
  }
  if (typeof value !== 'object' || value === null) return null
  const { format, steps, edges, notes, agents } = value as Record<string, unknown>
  if (format !== FORMAT && format !== 'heddle/v1') return null
  const clip: Clip = { steps: [], edges: [], notes: [], agents: [] }
  for (const step of listOf<Step>(steps)) {
    if (typeof step.id !== 'string' || !(typeof step.agent === 'string' || isObject(step.agent))) return null
    const position = pointFrom(step.position)
    const { position: _, ...rest } = step
    clip.steps.push(position ? { ...rest, position } : rest)
  }
  for (const edge of listOf<Edge>(edges)) {
    if (typeof edge.from === 'string' && typeof edge.to === 'string') clip.edges.push(edge)
  }
  for (const note of listOf<Note>(notes)) {
    if (typeof note.text === 'string') clip.notes.push({ ...note, position: pointFrom(note.position) ?? { x: 0, y: 0 } })
  }
  for (const agent of listOf<Agent>(agents)) {
    if (typeof agent.id === 'string' && typeof agent.kind === 'string') clip.agents.push(agent)
  }
  return clip.steps.length + clip.notes.length > 0 ? clip : null
}

/**
 * Pastes a clip: with fresh ids, its expressions following them, its upper left corner at `at`, or a little off where
 * it came from. References to steps that were not copied stay as they are.
 */
export function paste(document: Workflow, clip: Clip, at: Point | null, word = 'Paste'): Edit {
  const taken = stepIds(document)
  const renamed = new Map<string, string>()
  for (const step of clip.steps) {
    const id = unique(isIdentifier(step.id) ? step.id : identifier(step.id), taken)
    taken.add(id)
    renamed.set(step.id, id)
  }
  const shift = shiftOf(clip, at)
  const follow = (text: string) => {
    // Through names nothing else has, so that swapped ids do not meet halfway.
    let next = text
    for (const old of renamed.keys()) next = renamedInExpression(next, old, `pasted_${old}_`)
    for (const [old, id] of renamed) next = renamedInExpression(next, `pasted_${old}_`, id)
    return next
  }
  const steps = clip.steps.map((step) => {
    const next: Step = { ...structuredClone(step), id: renamed.get(step.id) ?? step.id }
    if (step.position) next.position = moved(step.position, shift)
    if (step.mapping) {
      next.mapping = Object.fromEntries(Object.entries(step.mapping).map(([field, text]) => [field, follow(text)]))
    }
    if (step.when !== undefined) next.when = follow(step.when)
    return next
  })
  const edges = [...document.edges]
  const known = edgeIds(document)
  for (const edge of clip.edges) {
    const [from, to] = [renamed.get(edge.from), renamed.get(edge.to)]
    if (from === undefined || to === undefined) continue
    const id = numbered('e', known)
    known.add(id)
    edges.push({ ...edge, id, from, to })
  }
  const next: Workflow = { ...document, steps: [...document.steps, ...steps], edges }
  const notes = clip.notes.map((note) => ({ ...note, position: moved(note.position, shift) }))
  if (notes.length > 0) {
    const noteIds = new Set((document.notes ?? []).map((note) => note.id))
    for (const note of notes) {
      note.id = numbered('n', noteIds)
      noteIds.add(note.id)
    }
    next.notes = [...(document.notes ?? []), ...notes]
  }
  const missing = clip.agents.filter((agent) => !document.agents?.some((each) => each.id === agent.id))
  if (missing.length > 0) next.agents = [...(document.agents ?? []), ...missing]
  const what = steps.length === 0 ? 'a note' : steps.length === 1 ? `${steps[0]?.name ?? steps[0]?.id}` : `${steps.length} steps`
  return {
    label: `${word} ${what}`,
    document: next,
    select: {
      steps: new Set(steps.map((step) => step.id)),
      edges: new Set(),
      notes: new Set(notes.map((note) => note.id)),
    },
  }
}

function shiftOf(clip: Clip, at: Point | null): Point {
  if (!at) return { x: 32, y: 32 }
  const points = [...clip.steps, ...clip.notes].flatMap(({ position }) => (position ? [position] : []))
  if (points.length === 0) return { x: 0, y: 0 }
  return { x: at.x - Math.min(...points.map((p) => p.x)), y: at.y - Math.min(...points.map((p) => p.y)) }
}

function moved(position: Point, by: Point): Point {
  return { x: Math.round(position.x + by.x), y: Math.round(position.y + by.y) }
}

function pointFrom(value: unknown): Point | null {
  if (!isObject(value)) return null
  const [x, y] = [Number(value['x']), Number(value['y'])]
  return Number.isFinite(x) && Number.isFinite(y) ? { x, y } : null
}

function listOf<T extends object>(value: unknown): T[] {
  return Array.isArray(value) ? (value.filter(isObject) as T[]) : []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
