//! What the form of a run begins with: the last run's input, else a saved sample, else what the schema says.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'

import { executionQuery, executionsQuery } from '@/api/executions'
import type { Workflow } from '@/api/types'
import { asSchema, initialValue } from '@/components/schema-form/schema'

export type Start = { id: string; title: string; value: unknown }

export const LAST_RUN = 'last-run'
export const EMPTY = 'empty'

/** Every start there is, the likeliest first; undefined while the last run is being looked up. */
export function useStarts(document: Workflow, schema: unknown): Start[] | undefined {
  const list = useInfiniteQuery(executionsQuery({ workflow: document.id }))
  const last = list.data?.pages[0]?.executions[0]
  const detail = useQuery({ ...executionQuery(last?.id ?? ''), enabled: last !== undefined })
  const known = list.isError || (list.data !== undefined && (last === undefined || !detail.isPending))
  if (!known) return undefined
  const starts: Start[] = []
  if (detail.data?.input_value !== undefined) starts.push({ id: LAST_RUN, title: 'Last run', value: detail.data.input_value })
  for (const test of document.tests ?? []) {
    starts.push({ id: `sample:${test.name}`, title: `Sample: ${test.name}`, value: test.input })
  }
  const empty = schema === undefined ? {} : initialValue(asSchema(schema))
  starts.push({ id: EMPTY, title: 'Empty', value: empty ?? {} })
  return starts
}
