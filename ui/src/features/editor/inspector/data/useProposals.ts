//! What the expressions of a step may use, for completion where no mapper stands.

import { useMemo } from 'react'

import { expressionsOf } from '../../mapper/rows'
import { treeOf } from '../../mapper/tree'
import { useSources, type Completion } from '../../mapper/useMapping'

/** Every expression worth proposing in a field of a step. */
export function useProposals(step: string): Completion[] {
  const sources = useSources(step)
  return useMemo(() => expressionsOf(treeOf(sources, () => undefined)), [sources])
}
