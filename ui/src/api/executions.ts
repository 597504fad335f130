//! Executions: start, look, stop, try again.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { call } from './http'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Event, ExecutionDetail, ExecutionStatus, ExecutionSummary, RunMode, Workflow } from './types'

const path = (id: string, rest = '') => `/api/executions/${encodeURIComponent(id)}${rest}`

/** Whether nothing can happen to it any more. */
export function isSettled(status: ExecutionStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

export type ExecutionFilter = { workflow?: string; status?: ExecutionStatus; q?: string }

type ExecutionPage = { executions: ExecutionSummary[]; next?: string }

/** Executions, newest first, page by page. Refreshes by itself, faster while one of them is under way. */
export const executionsQuery = (filter: ExecutionFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keys.executionList(filter),
    queryFn: ({ signal, pageParam }) =>
      call<ExecutionPage>('GET', '/api/executions', { query: { ...filter, before: pageParam, limit: 50 }, signal }),
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
    queryFn: ({ signal }) => call<ExecutionDetail>('GET', path(id), { signal }),
  })

/** The document an execution ran; it never changes. */
export const executionWorkflowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.executionWorkflow(id),
    queryFn: ({ signal }) => call<Workflow>('GET', path(id, '/workflow'), { signal }),
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
  const to = `/api/workflows/${encodeURIComponent(workflow)}/execute`
  return changed(await call<ExecutionSummary>('POST', to, { body: start }))
}

/** The same input and document once more, as a new execution. */
export async function retryExecution(run: { id: string; workflow_id: string }): Promise<ExecutionSummary> {
  const to = `/api/workflows/${encodeURIComponent(run.workflow_id)}/executions/${encodeURIComponent(run.id)}/retry`
  return changed(await call<ExecutionSummary>('POST', to))
}

export async function cancelExecution(id: string, reason?: string): Promise<ExecutionSummary> {
  const body = { by: 'studio', ...(reason && { reason }) }
  return changed(await call<ExecutionSummary>('POST', path(id, '/cancel'), { body }))
}

export async function deleteExecution(id: string): Promise<void> {
  await call('DELETE', path(id))
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
  return call('GET', path(id, '/events'), { query: { after, wait_ms: waitMs, limit: 1000 }, ...(signal && { signal }) })
}

function changed<T>(answer: T): T {
  void queryClient.invalidateQueries({ queryKey: keys.executions })
  void queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
  return answer
}
