//! What the command palette (Ctrl K) offers. Pages add their actions while they are shown.

import type { LucideIcon } from 'lucide-react'
import { useEffect } from 'react'
import { create } from 'zustand'

export type PaletteAction = {
  /** Unique; also the `data-testid` (`palette-<id>`). */
  id: string
  label: string
  description?: string
  /** The heading it stands under, e.g. `This workflow`. */
  group: string
  Icon?: LucideIcon
  /** Further words it is found by. */
  keywords?: string[]
  /** A shortcut to show, e.g. `Ctrl S`. */
  shortcut?: string
  run: () => void
}

type Registry = { sources: ReadonlyMap<symbol, readonly PaletteAction[]> }

export const usePaletteRegistry = create<Registry>(() => ({ sources: new Map() }))

/** Offers `actions` while the calling component is mounted. Keep the array stable (`useMemo`). */
export function usePaletteActions(actions: readonly PaletteAction[]): void {
  useEffect(() => {
    const source = Symbol('palette')
    usePaletteRegistry.setState(({ sources }) => ({ sources: new Map(sources).set(source, actions) }))
    return () =>
      usePaletteRegistry.setState(({ sources }) => {
        const rest = new Map(sources)
        rest.delete(source)
        return { sources: rest }
      })
  }, [actions])
}
