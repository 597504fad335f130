import { Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { useMemo } from 'react'

import { usePaletteRegistry } from '@/components/palette/registry'

/** Ctrl K: everything one can go to or do. */
export function Palette() {
  const sources = usePaletteRegistry((registry) => registry.sources)
  const actions = useMemo<SpotlightActionData[]>(
    () =>
      [...sources.values()].flat().map((action) => ({
        id: action.id,
        label: action.label,
        ...(action.description && { description: action.description }),
        onClick: action.run,
      })),
    [sources],
  )
  return <Spotlight actions={actions} shortcut={['mod + K']} nothingFound="Nothing found" />
}
