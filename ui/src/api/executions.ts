//! Executions: start, look, stop, try again, go on.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { fetchExecution } from './executionSteps'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Decision, Event, ExecutionStatus, ExecutionSummary, RunMode } from './types'

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
    queryFn: ({ signal }) => fetchExecution(id, signal),
  })

/** The document an execution ran; it never changes. */
export const executionWorkflowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.executionWorkflow(id),
    queryFn: ({ signal }) => answer(client.GET('/api/executions/{id}/workflow', { ...at(id), signal })),
    staleTime: Infinity,
  })

/** What is special about a run. */
export type RunChoices = {
  debug?: boolean
  bypass_cache?: boolean
  up_to?: string
  /** Answers of an earlier execution in place of those of agents, of every step that is not named `live`. */
  replay?: { of: string; steps: Record<string, 'live' | 'recorded' | 'static'> }
}

/**
 * Starts an execution; answers at once.
 *
 * @throws ApiError `workflow_has_errors` (see `diagnosticsOf`) or `input_invalid` (see `inputProblemsOf`).
 */
export async function startExecution(
  workflow: string,
  start: { input: unknown; mode?: RunMode; version?: number; options?: RunChoices },
): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/execute', { ...at(workflow), body: { ...start, options: start.options && { debug: false, step_over: false, bypass_cache: false, ...start.options } } })))
}

/** An execution as the addresses of its operations name it. */
export type Run = { id: string; workflow_id: string }

const of = (run: Run) => ({ params: { path: { id: run.workflow_id, execution_id: run.id } } })

/** Goes on from the last good step; a settled execution does so in a new one, which is answered. */
export async function resumeExecution(run: Run): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/resume', of(run))))
}

/** Goes on from `step` (by path) in a new execution, with what had completed before taken over. */
export async function forkExecution(run: Run, fork: { step: string; input?: unknown }): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/fork', { ...of(run), body: fork })))
}

/** The same once more, with every answer from the record: no agent is called. */
export async function replayExecution(run: Run): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/replay', { ...of(run), body: {} })))
}

/**
 * Decides an approval. Without `output` the data goes on as it was asked about.
 *
 * @throws ApiError `already_decided`, or `input_invalid` when the data does not fit the form (see `inputProblemsOf`).
 */
export async function decide(
  run: Run,
  verdict: { step: string; decision: Decision; output?: unknown; comment?: string },
): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/decide', { ...of(run), body: verdict })))
}

/** Lets a step go on that stopped at a breakpoint; with `step_over` the run stops again before the next one. */
export async function release(run: Run, how: { step?: string; input?: unknown; step_over: boolean }): Promise<ExecutionSummary> {
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/release', { ...of(run), body: how })))
}

/** Every approval that waits for somebody, the most urgent first. */
export const approvalsQuery = () =>
  queryOptions({
    queryKey: keys.approvals,
    queryFn: async ({ signal }) => (await answer(client.GET('/api/approvals', { signal }))).approvals,
    refetchInterval: 4_000,
  })

/** A page of the steps that run within one: those after `after`, 1,000 unless told. */
export const nestedStepsQuery = (id: string, parent: string, after: string, limit = 1_000) =>
  queryOptions({
    queryKey: keys.executionSteps(id, parent, after, limit),
    queryFn: ({ signal }) => answer(client.GET('/api/executions/{id}/steps', { params: { path: { id }, query: { parent, after, limit } }, signal })),
  })

/** The same input and document once more, as a new execution. */
export async function retryExecution(run: Run): Promise<ExecutionSummary> {
  const params = { path: { id: run.workflow_id, execution_id: run.id } }
  return changed(await answer(client.POST('/api/workflows/{id}/executions/{execution_id}/retry', { params })))
}

export async function cancelExecution(id: string, reason?: string): Promise<ExecutionSummary> {
  const body = { by: 'studio', ...(reason && { reason }) }
  return changed(await answer(client.POST('/api/executions/{id}/cancel', { ...at(id), body })))
}

/** A starred execution is kept, however old it gets. */
export async function starExecution(id: string, starred: boolean): Promise<void> {
  if (starred) await client.PUT('/api/executions/{id}/star', at(id))
  else await client.DELETE('/api/executions/{id}/star', at(id))
  changed(undefined)
  await queryClient.invalidateQueries({ queryKey: keys.execution(id), exact: true })
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
  const params = { path: { id }, query: { after, wait_ms: waitMs, limit: 5000 } }
  return answer(client.GET('/api/executions/{id}/events', { params, ...(signal && { signal }) }))
}

function changed<T>(answer: T): T {
  void queryClient.invalidateQueries({ queryKey: keys.executions })
  void queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
  return answer
}
