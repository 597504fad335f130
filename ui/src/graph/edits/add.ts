//! Adding steps and notes.

import type { Agent, Edge, Step, Workflow } from '@/api/types'

import { NODE_HEIGHT, NODE_WIDTH, nodeHeight, positionOf } from '../flow'
import { identifier, numbered, unique } from '../ids'
import { agentOf, edgesLeaving, portsOf, type Library } from '../lookup'
import { NOTHING, selectSteps } from '../selection'
import { edgeIds, hasEdge, stepIds, type Edit } from './edit'

export type Point = { x: number; y: number }

/** What is being added: an agent of the library by id, or one to be written into the step. */
export type Addition = { agent: string | Agent; name: string }

/** What the new step is connected to at once. */
export type Attachment =
  | { how: 'after'; step: string; branch?: string | undefined }
  | { how: 'before'; step: string }
  | { how: 'into'; edge: string }

/** Adds a step with its upper left corner at `at`, wired as `attach` says. */
export function addStep(document: Workflow, addition: Addition, at: Point, attach?: Attachment): Edit {
  const ids = stepIds(document)
  const id = unique(identifier(addition.name), ids)
  const step: Step = { id, agent: addition.agent, position: free(document, at) }
  if (typeof addition.agent === 'string' ? false : addition.agent.name !== addition.name) step.name = addition.name
  let next: Workflow = { ...document, steps: [...document.steps, step] }
  let label = `Add ${addition.name}`
  if (attach?.how === 'into') {
    next = { ...next, edges: through(next, attach.edge, id) }
    label = `Insert ${addition.name}`
  } else if (attach) {
    const edge: Edge = { id: numbered('e', edgeIds(next)), from: id, to: id }
    if (attach.how === 'after') {
      edge.from = attach.step
      if (attach.branch) edge.branch = attach.branch
    } else edge.to = attach.step
    next = { ...next, edges: [...next.edges, edge] }
  }
  return { label, document: next, select: selectSteps([id]) }
}

/** The edges after `step` was put into `edge`: the first half keeps the id and the branch. */
function through(document: Workflow, edge: string, step: string): Edge[] {
  return document.edges.flatMap((each) => {
    if (each.id !== edge) return [each]
    const second: Edge = { id: numbered('e', edgeIds(document)), from: step, to: each.to }
    const first = { ...each, to: step }
    return hasEdge(document.edges, first.from, first.to, first.branch) ? [second] : [first, second]
  })
}

/** Puts an existing step into an edge. */
export function insertStep(document: Workflow, id: string, edge: string, name: string): Edit | null {
  const wire = document.edges.find((each) => each.id === edge)
  if (!wire || wire.from === id || wire.to === id) return null
  return { label: `Insert ${name}`, document: { ...document, edges: through(document, edge, id) } }
}

/** How far steps stand from one another at least when room is made between two. */
const ROOM = 64

/** Puts a new transform step with that mapping into an edge; what stands behind makes room. */
export function insertTransform(
  document: Workflow,
  edge: string,
  made: { id: string; name: string; mapping: Record<string, string> },
): Workflow | null {
  const wire = document.edges.find((each) => each.id === edge)
  const start = document.steps.find((step) => step.id === wire?.from)
  const end = document.steps.find((step) => step.id === wire?.to)
  if (!start || !end) return null
  const id = unique(made.id, stepIds(document))
  const [from, to] = [start.position, end.position]
  let steps = document.steps
  let position = to ?? from ?? { x: 80, y: 80 }
  if (from && to) {
    const lacks = NODE_WIDTH + 2 * ROOM - (to.x - from.x - NODE_WIDTH)
    if (lacks > 0 && to.x > from.x) {
      steps = steps.map((step) =>
        step.position && step !== start && step.position.x >= to.x
          ? { ...step, position: { ...step.position, x: step.position.x + lacks } }
          : step,
      )
    }
    const behind = to.x > from.x ? to.x + Math.max(0, lacks) : to.x
    position = { x: Math.round((from.x + behind) / 2), y: Math.round((from.y + to.y) / 2) }
  }
  const { name, mapping } = made
  const step: Step = { id, name, agent: { kind: 'transform', name, config: {} }, mapping, position }
  return { ...document, steps: [...steps, step], edges: through(document, edge, id) }
}

/** Room that is left between a step and one above it. */
const BELOW = 40

/** The first place at `at` or below where a step covers no other. */
export function clearPlace(document: Workflow, at: Point): Point {
  const leaving = edgesLeaving(document.edges)
  const inTheWay = document.steps
    .map((step, index) => {
      const { x, y } = positionOf(step, index)
      return { x, y, height: nodeHeight(portsOf(step, agentOf(document, step, NO_LIBRARY), leaving.get(step.id) ?? []).length) }
    })
    .filter(({ x }) => Math.abs(x - at.x) < NODE_WIDTH)
    .toSorted((a, b) => a.y - b.y)
  const y = inTheWay.reduce((free, one) => (free < one.y + one.height + NEAR && one.y < free + NODE_HEIGHT + NEAR ? one.y + one.height + BELOW : free), at.y)
  return { x: Math.round(at.x), y: Math.round(y) }
}

/** Nearer than this one seems to sit on the other. */
const NEAR = 8
/** Branches of agents of the library are not counted: their steps are taken to be of the usual height. */
const NO_LIBRARY: Library = new Map()

/** Where it was let go, unless it sits there exactly on another step. */
function free(document: Workflow, at: Point): Point {
  const point = { x: Math.round(at.x), y: Math.round(at.y) }
  const taken = document.steps.some(({ position }) => position && Math.abs(position.x - point.x) < 24 && Math.abs(position.y - point.y) < 24)
  return taken ? clearPlace(document, point) : point
}

/** Where a step goes when nobody said where: to the right of the selected one, else about `centre`. */
export function nextPlace(document: Workflow, after: string | null, centre: Point): Point {
  const anchor = document.steps.findIndex((step) => step.id === after)
  const step = document.steps[anchor]
  if (!step) return clearPlace(document, { x: centre.x - NODE_WIDTH / 2, y: centre.y - NODE_HEIGHT / 2 })
  const { x, y } = positionOf(step, anchor)
  return clearPlace(document, { x: x + NODE_WIDTH + 80, y })
}

export function addNote(document: Workflow, at: Point): Edit {
  const notes = document.notes ?? []
  const id = numbered('n', new Set(notes.map((note) => note.id)))
  const position = { x: Math.round(at.x), y: Math.round(at.y) }
  return {
    label: 'Add a note',
    document: { ...document, notes: [...notes, { id, text: '', position }] },
    select: { ...NOTHING, notes: new Set([id]) },
  }
}
