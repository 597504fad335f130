//! What Auto-map proposes and what is taken of it.

import type { FieldProposals, MapProposal } from '@/api/preview'

/** From here on a proposal is taken without being looked at one by one. */
export const CONFIDENT = 0.8

export type Offer = { field: string; current?: string; best: MapProposal; others: MapProposal[]; confident: boolean }

/** The fields for which something new is proposed; those that are mapped already only when `replacing`. */
export function offersOf(fields: readonly FieldProposals[], mapping: Readonly<Record<string, string>> | undefined, replacing: boolean): Offer[] {
  return fields.flatMap(({ field, proposals }) => {
    const current = mapping?.[field]?.trim() || undefined
    if (current !== undefined && !replacing) return []
    const [best, ...others] = proposals.filter((each) => each.expression !== current)
    // What stands there already was found to be the best.
    if (!best || (current !== undefined && proposals[0]?.expression === current)) return []
    return [{ field, ...(current !== undefined && { current }), best, others, confident: isConfident(best) }]
  })
}

export function isConfident({ score, verdict }: MapProposal): boolean {
  return score >= CONFIDENT && verdict !== 'never'
}

/** The mapping with the offers taken; what is mapped already stays unless an offer is about it. */
export function taken(mapping: Readonly<Record<string, string>> | undefined, offers: readonly Offer[]): Record<string, string> {
  return { ...mapping, ...Object.fromEntries(offers.map(({ field, best }) => [field, best.expression])) }
}
