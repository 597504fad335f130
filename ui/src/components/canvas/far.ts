//! From far away nothing can be read, so nothing is drawn but shapes: thousands of steps stay usable.

import type { ReactFlowState } from '@xyflow/react'

const READABLE_ZOOM = 0.32

export function isFar(state: ReactFlowState): boolean {
  return state.transform[2] < READABLE_ZOOM
}
