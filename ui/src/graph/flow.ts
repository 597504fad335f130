//! The document as React Flow nodes and edges. Objects of steps that did not change are the very same objects as
//! before, so that React Flow and its memoised nodes have nothing to do.

import { Position, type Edge as FlowEdge, type Node as FlowNode, type NodeHandle } from '@xyflow/react'

import type { Agent, Edge, Step, Workflow } from '@/api/types'

import { agentOf, edgesLeaving, handleOf, nameOf, portsOf, stepById, summaryOf, UNDO_BRANCH, type Library, type Port } from './lookup'
import type { Selection } from './selection'

export const NODE_WIDTH = 216
export const NODE_HEIGHT = 86
/** What every port after the first adds to a node's height. */
export const PORT_PITCH = 24

export type StepData = {
  step: Step
  agent: Agent | undefined
  name: string
  summary: string
  ports: Port[]
  /** How many wires it may wait for. */
  incoming: number
  /** The names of the steps it undoes, should the run fail; empty for most. */
  undoes: string
}
export type NoteData = { id: string; text: string }
export type StepNode = FlowNode<StepData, 'step'>
export type NoteNode = FlowNode<NoteData, 'note'>
/** Stands where a wire leads to a step the document does not have. */
export type GhostNode = FlowNode<{ step: string }, 'ghost'>
export type CanvasNode = StepNode | NoteNode | GhostNode
export type WireData = { branch: string | undefined; when: string | undefined }
export type Wire = FlowEdge<WireData, 'wire'>

const NOTE_PREFIX = 'note:'

const GHOST_PREFIX = 'ghost:'

export const ghostNodeId = (step: string) => GHOST_PREFIX + step
export const isGhost = (node: string) => node.startsWith(GHOST_PREFIX)
export const noteNodeId = (id: string) => NOTE_PREFIX + id
export const noteIdOf = (node: string) => (node.startsWith(NOTE_PREFIX) ? node.slice(NOTE_PREFIX.length) : null)

export function nodeHeight(ports: number): number {
  return NODE_HEIGHT + Math.max(0, ports - 1) * PORT_PITCH
}

/** Where the input port sits, and a single output: in the middle of a plain node. */
export const PORT_TOP = NODE_HEIGHT / 2
/** Named outputs begin beside the last line of the node, so that their names cover nothing. */
const NAMED_TOP = 65
/** The dot's diameter. */
const PORT_SIZE = 11

/** Whether the outputs carry names. */
export function named(ports: readonly Port[]): boolean {
  return ports.length > 1 || ports[0]?.branch !== null
}

/** How far below the node's upper edge an output port's centre is. */
export function portTop(ports: readonly Port[], index: number): number {
  return (named(ports) ? NAMED_TOP : PORT_TOP) + index * PORT_PITCH
}

/** The ports as React Flow would measure them; given, it need not, and thousands of nodes open without a layout. */
function handlesOf(ports: readonly Port[]): NodeHandle[] {
  const box = { width: PORT_SIZE, height: PORT_SIZE }
  const at = (x: number, top: number) => ({ x: x - PORT_SIZE / 2, y: top - PORT_SIZE / 2, ...box })
  return [
    { id: 'in', type: 'target', position: Position.Left, ...at(0, PORT_TOP) },
    ...ports.map(({ branch }, index) => ({
      id: handleOf(branch),
      type: 'source' as const,
      position: Position.Right,
      ...at(NODE_WIDTH, portTop(ports, index)),
    })),
  ]
}

/** Where a step sits; steps without a place stand in a row, so that nothing hides behind anything. */
export function positionOf(step: Step, index: number): { x: number; y: number } {
  return step.position ?? { x: 80 + (index % 8) * 296, y: 80 + Math.floor(index / 8) * 160 }
}

/** The nodes of a document; `before` lends its objects (with what React Flow measured) wherever nothing changed. */
export function toNodes(
  document: Workflow,
  library: Library,
  selection: Selection,
  before: readonly CanvasNode[],
): CanvasNode[] {
  const old = new Map(before.map((node) => [node.id, node]))
  const leaving = edgesLeaving(document.edges)
  const arriving = arrivals(document, library)
  const seen = new Set<string>()
  const nodes: CanvasNode[] = []
  document.steps.forEach((step, index) => {
    if (seen.has(step.id)) return
    seen.add(step.id)
    const agent = agentOf(document, step, library)
    const ports = portsOf(step, agent, leaving.get(step.id) ?? [])
    nodes.push(stepNode(step, agent, ports, arriving.get(step.id) ?? NO_ARRIVALS, index, selection.steps.has(step.id), old.get(step.id)))
  })
  for (const note of document.notes ?? []) {
    const id = noteNodeId(note.id)
    if (seen.has(id)) continue
    seen.add(id)
    const last = old.get(id)
    const selected = selection.notes.has(note.id)
    const data = last?.type === 'note' && last.data.text === note.text ? last.data : { id: note.id, text: note.text }
    nodes.push(keepOrMake(last, { id, type: 'note', position: note.position, selected, data, zIndex: -1, initialWidth: NODE_WIDTH, initialHeight: 72 }))
  }
  return nodes
}

type Arrivals = Pick<StepData, 'incoming' | 'undoes'>
const NO_ARRIVALS: Arrivals = { incoming: 0, undoes: '' }

/** By step: how many wires lead to it, and whom it undoes. */
function arrivals(document: Workflow, library: Library): Map<string, Arrivals> {
  const found = new Map<string, Arrivals>()
  for (const { from, to, branch } of document.edges) {
    const { incoming, undoes } = found.get(to) ?? NO_ARRIVALS
    if (branch !== UNDO_BRANCH) {
      found.set(to, { incoming: incoming + 1, undoes })
      continue
    }
    const undone = stepById(document, from)
    const name = undone ? nameOf(undone, agentOf(document, undone, library)) : from
    found.set(to, { incoming, undoes: undoes === '' ? name : `${undoes}, ${name}` })
  }
  return found
}

function stepNode(
  step: Step,
  agent: Agent | undefined,
  ports: Port[],
  { incoming, undoes }: Arrivals,
  index: number,
  selected: boolean,
  last: CanvasNode | undefined,
): StepNode {
  const before = last?.type === 'step' ? last : undefined
  const same =
    before !== undefined &&
    before.data.step === step &&
    before.data.agent === agent &&
    before.data.incoming === incoming &&
    before.data.undoes === undoes &&
    samePorts(before.data.ports, ports)
  const data = same ? before.data : { step, agent, name: nameOf(step, agent), summary: summaryOf(agent), ports, incoming, undoes }
  const position = positionOf(step, index)
  const next: StepNode = { id: step.id, type: 'step', position, selected, data }
  if (same) return keepOrMake(before, next)
  const measured = { width: NODE_WIDTH, height: nodeHeight(ports.length) }
  return keepOrMake(before, { ...next, measured, handles: handlesOf(ports) })
}

function keepOrMake<N extends CanvasNode>(last: CanvasNode | undefined, next: N): N {
  if (last === undefined || last.type !== next.type) return next
  const same =
    last.data === next.data &&
    last.selected === next.selected &&
    last.position.x === next.position.x &&
    last.position.y === next.position.y
  return same ? (last as N) : { ...(last as N), ...next }
}

function samePorts(a: readonly Port[], b: readonly Port[]): boolean {
  return (
    a.length === b.length &&
    a.every((port, i) => port.branch === b[i]?.branch && port.gone === b[i].gone && port.label === b[i].label)
  )
}

export const GHOST_HEIGHT = 52
const GHOST_GAP = 96
const GHOST_SPACE = 20

/** A node for every step that wires name but the document does not have, beside the other end of the first such wire. */
export function toGhosts(document: Workflow, nodes: readonly CanvasNode[]): GhostNode[] {
  const places = new Map(nodes.flatMap((node) => (node.type === 'step' ? [[node.id, node.position] as const] : [])))
  const taken = nodes.map(({ position: { x, y }, measured }) => ({ x, y, height: measured?.height ?? NODE_HEIGHT }))
  const ghosts = new Map<string, GhostNode>()
  for (const { from, to } of document.edges) {
    const [start, end] = [places.get(from), places.get(to)]
    if ((start === undefined) === (end === undefined)) continue
    const id = start ? to : from
    const at = start ? { x: start.x + NODE_WIDTH + GHOST_GAP, y: start.y } : { x: (end?.x ?? 0) - NODE_WIDTH - GHOST_GAP, y: end?.y ?? 0 }
    if (ghosts.has(id)) continue
    const y = freeBelow(taken, at.x, at.y + (NODE_HEIGHT - GHOST_HEIGHT) / 2)
    taken.push({ x: at.x, y, height: GHOST_HEIGHT })
    ghosts.set(id, ghostNode(id, { x: at.x, y }))
  }
  return [...ghosts.values()]
}

/** The first place at `y` or below where a ghost covers nothing. */
function freeBelow(taken: readonly { x: number; y: number; height: number }[], x: number, y: number): number {
  const inTheWay = taken.filter((one) => Math.abs(one.x - x) < NODE_WIDTH).toSorted((a, b) => a.y - b.y)
  return inTheWay.reduce((free, one) => (free < one.y + one.height && one.y < free + GHOST_HEIGHT ? one.y + one.height + GHOST_SPACE : free), y)
}

function ghostNode(step: string, position: { x: number; y: number }): GhostNode {
  const fixed = { draggable: false, selectable: false, connectable: false, deletable: false }
  const port = { y: GHOST_HEIGHT / 2 - PORT_SIZE / 2, width: PORT_SIZE, height: PORT_SIZE }
  return {
    id: ghostNodeId(step),
    type: 'ghost',
    position,
    data: { step },
    measured: { width: NODE_WIDTH, height: GHOST_HEIGHT },
    handles: [
      { id: 'in', type: 'target', position: Position.Left, x: -PORT_SIZE / 2, ...port },
      { id: 'out', type: 'source', position: Position.Right, x: NODE_WIDTH - PORT_SIZE / 2, ...port },
    ],
    ...fixed,
  }
}

const NO_LIBRARY: Library = new Map()

/**
 * The wires of a document. A wire one of whose ends is missing leads to its ghost; one without any end is left out.
 * `library` tells what people call steps whose agent the document does not carry along.
 */
export function toWires(document: Workflow, selection: Selection, before: readonly Wire[], library = NO_LIBRARY): Wire[] {
  const old = new Map(before.map((wire) => [wire.id, wire]))
  const steps = stepNames(document, library)
  const seen = new Set<string>()
  const wires: Wire[] = []
  for (const edge of document.edges) {
    const [starts, ends] = [steps.has(edge.from), steps.has(edge.to)]
    if ((!starts && !ends) || seen.has(edge.id)) continue
    seen.add(edge.id)
    const source = starts ? edge.from : ghostNodeId(edge.from)
    const target = ends ? edge.to : ghostNodeId(edge.to)
    const label = `Wire from ${steps.get(edge.from) ?? edge.from} to ${steps.get(edge.to) ?? edge.to}`
    wires.push(wireOf(edge, source, target, label, selection.edges.has(edge.id), old.get(edge.id)))
  }
  return wires
}

/** By document, then by library: selecting makes the wires anew. */
const known = new WeakMap<Workflow, { library: Library; names: Map<string, string> }>()

/** What people call the steps, by id. */
export function stepNames(document: Workflow, library: Library): ReadonlyMap<string, string> {
  let index = known.get(document)
  if (index?.library !== library) {
    index = { library, names: new Map(document.steps.map((step) => [step.id, nameOf(step, agentOf(document, step, library))])) }
    known.set(document, index)
  }
  return index.names
}

/** Said in place of React Flow's own word. */
const WIRE = { 'aria-roledescription': 'wire' }

function wireOf(edge: Edge, source: string, target: string, ariaLabel: string, selected: boolean, last: Wire | undefined): Wire {
  const same =
    last !== undefined &&
    last.ariaLabel === ariaLabel &&
    last.source === source &&
    last.target === target &&
    last.data?.branch === edge.branch &&
    last.data?.when === edge.when &&
    last.selected === selected
  if (same) return last
  return {
    id: edge.id,
    type: 'wire',
    source,
    target,
    sourceHandle: isGhost(source) ? 'out' : handleOf(edge.branch),
    targetHandle: 'in',
    selected,
    ariaLabel,
    domAttributes: WIRE,
    data: { branch: edge.branch, when: edge.when },
  }
}
