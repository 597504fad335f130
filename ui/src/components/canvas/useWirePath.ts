//! The line of a wire: a plain curve, or a way around the steps in between.

import { getBezierPath, useStore, type EdgeProps, type Node, type ReactFlowState } from '@xyflow/react'
import { useMemo } from 'react'

import type { Wire } from '@/graph/flow'
import { around, blocked, detour, type Box } from '@/graph/route'

import { isFar } from './far'

/** Nearer than this a wire to the left is drawn as a curve all the same. */
const BACK = 40

/** The path, and where its badge goes. */
export function useWirePath(props: EdgeProps<Wire>): [path: string, x: number, y: number] {
  const { sourceX, sourceY, targetX, targetY } = props
  const height = useStore(useMemo(() => heightBetween(sourceX, sourceY, targetX, targetY), [sourceX, sourceY, targetX, targetY]))
  if (height !== null) return around({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, height)
  const [path, x, y] = getBezierPath(props)
  return [path, x, y]
}

/** Selects the height of the way around, null when none is needed; computed again only when steps have moved. */
function heightBetween(sourceX: number, sourceY: number, targetX: number, targetY: number) {
  const start = { x: sourceX, y: sourceY }
  const end = { x: targetX, y: targetY }
  const back = targetX < sourceX - BACK
  let seen: readonly Node[] | undefined
  let height: number | null = null
  return (state: ReactFlowState): number | null => {
    if (state.nodes === seen || (!back && isFar(state))) return height
    seen = state.nodes
    const boxes = boxesOf(seen)
    height = back || blocked(start, end, boxes) ? detour(start, end, boxes) : null
    return height
  }
}

const known = new WeakMap<readonly Node[], Box[]>()

function boxesOf(nodes: readonly Node[]): Box[] {
  let boxes = known.get(nodes)
  if (!boxes) {
    boxes = nodes.flatMap(({ type, position, measured }) =>
      type === 'step' ? [{ ...position, width: measured?.width ?? 0, height: measured?.height ?? 0 }] : [],
    )
    known.set(nodes, boxes)
  }
  return boxes
}
