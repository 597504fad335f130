//! Executions: start, look, stop, try again.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Event, ExecutionStatus, ExecutionSummary, RunMode } from './types'

const at = (id: string) => ({ params: { path: { id } } })

/** Whether nothing can happen to it any more. */
export function isSettled(status: ExecutionStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

export type ExecutionFilter = { workflow?: string; status?: ExecutionStatus; q?: string }

/** Executions, newest first, page by page. Refreshes by itself, faster while one of them is under way. */
export const executionsQuery = (filter: ExecutionFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.executionList(filter),
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: 50, ...(pageParam !== undefined && { before: pageParam }) }
      return answer(client.GET('/api/executions', { params: { query }, signal }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) => {
      const live = query.state.data?.pages.some((page) => page.executions.some((run) => !isSettled(run.status)))
      return live ? 1_000 : 5_000
    },
  })

export const executionQuery = (id: string) =>
  queryOptions({
    queryKey: keys.execution(id),
    queryFn: ({ signal }) => answer(client.GET('/api/executions/{id}', { ...at(id), signal })),
  })

/** The document an execution ran; it never changes. */
export const executionWorkflowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.executionWorkflow(id),
    queryFn: ({ signal }) => answer(client.GET('/api/executions/{id}/workflow', { ...at(id), signal })),
    staleTime: Infinity,
  })

/**
 * Starts an execution; answers at once.
 *
 * @throws ApiError `workflow_has_errors` (see `diagnosticsOf`) or `input_invalid` (see `inputProblemsOf`).
 */
export async function startExecution(
  workflow: string,
  start: { input: unknown; mode?: RunMode; version?: number },
): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/execute', { ...at(workflow), body: start })))
}

/** The same input and document once more, as a new execution. */
export async function retryExecution(run: { id: string; workflow_id: string }): Promise<ExecutionSummary> {
  const params = { path: { id: run.workflow_id, execution_id: run.id } }
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/retry', { params })))
}

export async function cancelExecution(id: string, reason?: string): Promise<ExecutionSummary> {
  const body = { by: 'studio', ...(reason && { reason }) }
  return changed(await answer(client.POST('/api/executions/{id}/cancel', { ...at(id), body })))
}

export async function deleteExecution(id: string): Promise<void> {
  await client.DELETE('/api/executions/{id}', at(id))
  queryClient.removeQueries({ queryKey: keys.execution(id) })
  changed(undefined)
}

/** Waits up to `waitMs` for events after `after`; answers at once when there are some. */
export function fetchEvents(
  id: string,
  after: number,
  waitMs: number,
  signal?: AbortSignal,
): Promise<{ events: Event[]; last_seq: number; status: ExecutionStatus }> {
  const params = { path: { id }, query: { after, wait_ms: waitMs, limit: 1000 } }
  return answer(client.GET('/api/executions/{id}/events', { params, ...(signal && { signal }) }))
}

function changed<T>(answer: T): T {
  void queryClient.invalidateQueries({ queryKey: keys.executions })
  void queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
  return answer
}
