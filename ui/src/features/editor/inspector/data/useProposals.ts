//! What the expressions of a step may use.

import { useMemo } from 'react'

import { flattened, sourcesFor, type Proposal, type Source } from '@/graph/fields'

import { useEditor } from '../../session/context'

/** The sources upstream of a step, nearest first. */
export function useSources(step: string): Source[] {
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  return useMemo(() => sourcesFor(document, step, library), [document, library, step])
}

/** Every expression worth proposing in a field of a step. */
export function useProposals(step: string): Proposal[] {
  const sources = useSources(step)
  return useMemo(() => flattened(sources), [sources])
}
