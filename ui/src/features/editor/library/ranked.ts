//! Which agents come first after a step: those that take what it gives.

import type { Fit } from '@/api/proof'

import type { LibraryGroup, LibraryItem } from './items'

export type FittingItem = { item: LibraryItem; fit: Fit }

/**
 * The items that fit always or sometimes, best first. One that takes anything at all fits as well, but tells nothing:
 * it comes after those that were made for such data.
 */
export function fitting(groups: readonly LibraryGroup[], fits: readonly Fit[]): FittingItem[] {
  const byId = new Map(fits.map((fit) => [fit.id, fit]))
  return groups
    .flatMap((group) => group.items)
    .flatMap((item) => {
      const fit = byId.get(item.id)
      return fit && (fit.verdict === 'always' || fit.verdict === 'sometimes') ? [{ item, fit }] : []
    })
    .sort((a, b) => rank(a) - rank(b))
}

function rank({ item, fit }: FittingItem): number {
  if (!item.demands) return 2
  return fit.verdict === 'always' ? 0 : 1
}
