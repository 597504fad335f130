import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'

type Options = {
  count: number
  /** The height of a row in pixels; with `measured` rows, what to expect before one is seen. */
  height: number
  overscan?: number
}

/** The rows of a long list that are in view of `area`, a scrolling element. */
export function useVirtualRows(
  area: RefObject<HTMLElement | null>,
  { count, height, overscan = 8 }: Options,
): Virtualizer<HTMLElement, Element> {
  // Its answers change without new identities, so what takes them must not be memoised; rows are, one by one.
  // oxlint-disable-next-line react/incompatible-library
  return useVirtualizer({
    count,
    getScrollElement: () => area.current,
    estimateSize: () => height,
    overscan,
    initialRect: { width: 1000, height: 400 },
  })
}
