//! When a panel opens or the window changes, what was in the middle of the canvas stays in the middle.

import { useReactFlow } from '@xyflow/react'
import { useEffect, type RefObject } from 'react'

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
      void flow.setViewport({ x: x + (width - last.width) / 2, y: y + (height - last.height) / 2, zoom })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [canvas, flow])
}
