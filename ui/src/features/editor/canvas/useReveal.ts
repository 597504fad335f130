//! Brings steps into view when something elsewhere asks for it, moving the canvas no further than needed.

import { useReactFlow } from '@xyflow/react'
import { useEffect } from 'react'

import { NODE_HEIGHT, NODE_WIDTH } from '@/graph/flow'

import { useUi } from '../session/context'

const MARGIN = 48
/** Below this a node can be seen but not read. */
const READABLE = 0.45

export function useReveal(): void {
  const request = useUi((ui) => ui.reveal)
  const flow = useReactFlow()
  useEffect(() => {
    const canvas = document.querySelector('[data-canvas]')?.getBoundingClientRect()
    if (!request || !canvas) return
    const nodes = request.steps.flatMap((id) => flow.getNode(id) ?? [])
    if (nodes.length === 0) return
    const first = flow.flowToScreenPosition({
      x: Math.min(...nodes.map((node) => node.position.x)),
      y: Math.min(...nodes.map((node) => node.position.y)),
    })
    const last = flow.flowToScreenPosition({
      x: Math.max(...nodes.map((node) => node.position.x + NODE_WIDTH)),
      y: Math.max(...nodes.map((node) => node.position.y + (node.measured?.height ?? NODE_HEIGHT))),
    })
    const { x, y, zoom } = flow.getViewport()
    const fits = last.x - first.x < canvas.width - 2 * MARGIN && last.y - first.y < canvas.height - 2 * MARGIN
    if (!fits || zoom < READABLE) {
      void flow.fitView({ nodes, maxZoom: 1, padding: '48px', duration: 150 })
      return
    }
    const dx = shift(first.x, last.x, canvas.left, canvas.right)
    const dy = shift(first.y, last.y, canvas.top, canvas.bottom)
    if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 150 })
  }, [flow, request])
}

/** How far `from`…`to` has to move to lie between `least` and `most`, with a margin. */
function shift(from: number, to: number, least: number, most: number): number {
  if (from < least + MARGIN) return least + MARGIN - from
  return to > most - MARGIN ? most - MARGIN - to : 0
}
