//! What lies under a point of the window.

/** Whether the canvas is there. */
export function canvasAt(x: number, y: number): boolean {
  return document.elementFromPoint(x, y)?.closest('[data-canvas]') !== null && document.elementFromPoint(x, y) !== null
}

/** The wire there, if no step lies above it. */
export function edgeAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    if (element.closest('.react-flow__node')) return null
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
