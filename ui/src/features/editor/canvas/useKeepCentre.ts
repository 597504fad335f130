//! When a panel opens or the window changes, what was seen of the canvas stays in view, and else its middle in the middle.

import { useReactFlow } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'

/** Room that is left around the steps. */
const MARGIN = 24

export function useKeepCentre(canvas: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow()
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    let before: { width: number; height: number } | null = null
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return
      const { width, height } = entry.contentRect
      const last = before
      before = { width, height }
      if (!last || width === 0 || height === 0) return
      const { x, y, zoom } = flow.getViewport()
      const steps = flow.getNodesBounds(flow.getNodes())
      const across = placed(x, last.width, width, steps.x * zoom, steps.width * zoom)
      const down = placed(y, last.height, height, steps.y * zoom, steps.height * zoom)
      void flow.setViewport({ x: across, y: down, zoom })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [canvas, flow])
}

/**
 * Where the canvas's origin goes on one axis, in pixels of the window, when what is seen of it becomes `size` long. The
 * middle stays in the middle; but steps that could all be seen and still fit stay in view.
 */
export function placed(origin: number, before: number, size: number, start: number, length: number): number {
  const centred = origin + (size - before) / 2
  const seen = origin + start >= 0 && origin + start + length <= before
  if (!seen || length + 2 * MARGIN > size) return centred
  return Math.min(Math.max(centred, MARGIN - start), size - MARGIN - start - length)
}
