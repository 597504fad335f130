//! How well everything that could come after a step would take what leaves it.

import { useQueries, useQuery } from '@tanstack/react-query'

import { fits, type Fit, type Fits } from '@/api/proof'

import { useProof, useSession } from '../session/context'

const NONE: Fits = { agents: [], steps: [] }
/** Answers about states that have been left are of no use for long. */
const KEPT_MS = 30_000

/** The agents of the library after `from`; nothing while `from` is undefined or nothing is known yet. */
export function useAgentFits(from: string | undefined, branch?: string): Fits['agents'] {
  const session = useSession()
  const meaning = useProof((state) => state.meaning)
  const mode = useProof((state) => state.mode)
  const { data } = useQuery({
    queryKey: ['fit', session.id, from, branch, mode, meaning],
    queryFn: ({ signal }) => {
      const { document } = session.store.getState()
      return fits({ document, ...(from !== undefined && { from }), ...(branch !== undefined && { branch }), mode, steps: [] }, signal)
    },
    enabled: from !== undefined,
    staleTime: Infinity,
    gcTime: KEPT_MS,
    // While a step is edited its list stays; of another step nothing is shown.
    placeholderData: (before, query) => (query?.queryKey[2] === from ? before : undefined),
    retry: false,
  })
  return from === undefined ? NONE.agents : (data ?? NONE).agents
}

/** The steps after `from`, for each of its branches, by step; empty until something is known. */
export function useStepFits(from: string, branches: readonly (string | undefined)[]): ReadonlyMap<string, Fit>[] {
  const session = useSession()
  const meaning = useProof((state) => state.meaning)
  const mode = useProof((state) => state.mode)
  const answers = useQueries({
    queries: branches.map((branch) => ({
      queryKey: ['fit-steps', session.id, from, branch, mode, meaning],
      queryFn: ({ signal }: { signal: AbortSignal }) => {
        const { document } = session.store.getState()
        return fits({ document, from, ...(branch !== undefined && { branch }), mode, agents: [] }, signal)
      },
      staleTime: Infinity,
      gcTime: KEPT_MS,
      retry: false,
    })),
  })
  return answers.map(({ data }) => new Map(data?.steps.map((fit) => [fit.id, fit])))
}
