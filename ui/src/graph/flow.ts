//! The document as React Flow nodes and edges. Objects of steps that did not change are the very same objects as
//! before, so that React Flow and its memoised nodes have nothing to do.

import { Position, type Edge as FlowEdge, type Node as FlowNode, type NodeHandle } from '@xyflow/react'

import type { Agent, Edge, Step, Workflow } from '@/api/types'

import { agentOf, edgesLeaving, handleOf, nameOf, portsOf, summaryOf, type Library, type Port } from './lookup'
import type { Selection } from './selection'

export const NODE_WIDTH = 216
export const NODE_HEIGHT = 86
/** What every port after the first adds to a node's height. */
export const PORT_PITCH = 24

export type StepData = { step: Step; agent: Agent | undefined; name: string; summary: string; ports: Port[] }
export type NoteData = { id: string; text: string }
export type StepNode = FlowNode<StepData, 'step'>
export type NoteNode = FlowNode<NoteData, 'note'>
export type CanvasNode = StepNode | NoteNode
export type WireData = { branch: string | undefined }
export type Wire = FlowEdge<WireData, 'wire'>

const NOTE_PREFIX = 'note:'

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
  const seen = new Set<string>()
  const nodes: CanvasNode[] = []
  document.steps.forEach((step, index) => {
    if (seen.has(step.id)) return
    seen.add(step.id)
    const agent = agentOf(document, step, library)
    const ports = portsOf(step, agent, leaving.get(step.id) ?? [])
    nodes.push(stepNode(step, agent, ports, index, selection.steps.has(step.id), old.get(step.id)))
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

function stepNode(
  step: Step,
  agent: Agent | undefined,
  ports: Port[],
  index: number,
  selected: boolean,
  last: CanvasNode | undefined,
): StepNode {
  const before = last?.type === 'step' ? last : undefined
  const same =
    before !== undefined &&
    before.data.step === step &&
    before.data.agent === agent &&
    samePorts(before.data.ports, ports)
  const data = same ? before.data : { step, agent, name: nameOf(step, agent), summary: summaryOf(agent), ports }
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

/** The wires of a document. Edges to steps that do not exist have nothing to hold on to; Problems lists them. */
export function toWires(document: Workflow, selection: Selection, before: readonly Wire[]): Wire[] {
  const old = new Map(before.map((wire) => [wire.id, wire]))
  const steps = new Set(document.steps.map((step) => step.id))
  const seen = new Set<string>()
  const wires: Wire[] = []
  for (const edge of document.edges) {
    if (!steps.has(edge.from) || !steps.has(edge.to) || seen.has(edge.id)) continue
    seen.add(edge.id)
    wires.push(wireOf(edge, selection.edges.has(edge.id), old.get(edge.id)))
  }
  return wires
}

function wireOf(edge: Edge, selected: boolean, last: Wire | undefined): Wire {
  const same =
    last !== undefined &&
    last.source === edge.from &&
    last.target === edge.to &&
    last.data?.branch === edge.branch &&
    last.selected === selected
  if (same) return last
  return {
    id: edge.id,
    type: 'wire',
    source: edge.from,
    target: edge.to,
    sourceHandle: handleOf(edge.branch),
    targetHandle: 'in',
    selected,
    data: { branch: edge.branch },
  }
}
