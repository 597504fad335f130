//! Automatic layout: layers from left to right, by ELK (Eclipse Layout Kernel) in a worker.

import type { ElkNode } from 'elkjs/lib/elk-api'

import type { Workflow } from '@/api/types'

import type { Point } from './edits/add'
import { NODE_WIDTH, nodeHeight } from './flow'
import { agentOf, edgesLeaving, portsOf, type Library } from './lookup'

/** The graph ELK is given: sizes, and ports in the order they have on the node so that wires do not cross needlessly. */
export function elkGraph(document: Workflow, library: Library): ElkNode {
  const leaving = edgesLeaving(document.edges)
  const ids = new Set(document.steps.map((step) => step.id))
  const wires = document.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to) && edge.from !== edge.to)
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '88',
      'elk.spacing.nodeNode': '40',
      'elk.spacing.componentComponent': '64',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.padding': '[top=0,left=0,bottom=0,right=0]',
    },
    children: document.steps.map((step) => {
      const ports = portsOf(step, agentOf(document, step, library), leaving.get(step.id) ?? [])
      return {
        id: step.id,
        width: NODE_WIDTH,
        height: nodeHeight(ports.length),
        layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
        ports: [
          { id: `${step.id} in`, layoutOptions: { 'elk.port.side': 'WEST', 'elk.port.index': '0' } },
          ...ports.map(({ branch }, index) => ({
            id: `${step.id} out ${branch ?? ''}`,
            // ELK counts clockwise from the top: on the east side that is downwards.
            layoutOptions: { 'elk.port.side': 'EAST', 'elk.port.index': String(index) },
          })),
        ],
      }
    }),
    edges: wires.map((edge) => ({
      id: edge.id,
      sources: [`${edge.from} out ${edge.branch ?? ''}`],
      targets: [`${edge.to} in`],
    })),
  }
}

/** The places in ELK's answer, moved so that the upper left corner stays where it was. */
export function placesFrom(answer: ElkNode, document: Workflow): Map<string, Point> {
  const before = document.steps.flatMap(({ position }) => (position ? [position] : []))
  const corner = {
    x: before.length > 0 ? Math.min(...before.map((p) => p.x)) : 80,
    y: before.length > 0 ? Math.min(...before.map((p) => p.y)) : 80,
  }
  const places = new Map<string, Point>()
  for (const { id, x = 0, y = 0 } of answer.children ?? []) {
    places.set(id, { x: Math.round(corner.x + x), y: Math.round(corner.y + y) })
  }
  return places
}
