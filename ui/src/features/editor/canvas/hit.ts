//! What lies under a point of the window.

/** Whether the canvas is there. */
export function canvasAt(x: number, y: number): boolean {
  const element = document.elementFromPoint(x, y)
  return element !== null && element.closest('[data-canvas]') !== null
}

/** The wire there, if no step but `through` lies above it. */
export function edgeAt(x: number, y: number, through?: string): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const node = element.closest('.react-flow__node')
    if (node && node.getAttribute('data-id') !== through) return null
    const edge = element.closest('.react-flow__edge')
    if (edge) return edge.getAttribute('data-id')
  }
  return null
}

/** The step there. */
export function stepAt(x: number, y: number): string | null {
  const node = document.elementFromPoint(x, y)?.closest('.react-flow__node-step')
  return node?.getAttribute('data-id') ?? null
}
