//! Workflows: drafts, edits, versions, checks.

import { queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Diagnostic, EditSummary, VersionSummary, Workflow, WorkflowDraft } from './types'

const at = (id: string) => ({ params: { path: { id } } })

export const workflowsQuery = (deleted = false) =>
  queryOptions({
    queryKey: keys.workflowList(deleted),
    queryFn: async ({ signal }) =>
      (await answer(client.GET('/api/workflows', { params: { query: { deleted } }, signal }))).workflows,
  })

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.workflow(id),
    queryFn: ({ signal }) => answer(client.GET('/api/workflows/{id}', { ...at(id), signal })),
  })

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.versions(id),
    queryFn: async ({ signal }) =>
      (await answer(client.GET('/api/workflows/{id}/versions', { ...at(id), signal }))).versions,
  })

/** A version never changes, so it is fetched once. */
export const versionQuery = (id: string, number: number) =>
  queryOptions({
    queryKey: keys.version(id, number),
    queryFn: ({ signal }) =>
      answer(client.GET('/api/workflows/{id}/versions/{number}', { params: { path: { id, number } }, signal })),
    staleTime: Infinity,
  })

/** One page of the history of edits, newest first; `before` continues below that revision. */
export async function fetchEdits(id: string, before?: number, signal?: AbortSignal): Promise<EditSummary[]> {
  const query = { limit: 50, ...(before !== undefined && { before }) }
  const options = { params: { path: { id }, query }, ...(signal && { signal }) }
  return (await answer(client.GET('/api/workflows/{id}/edits', options))).edits
}

/** How often it is asked whether somebody else changed a workflow that is open, in milliseconds. */
const FOLLOW_MS = 4_000

/** The revision of the newest edit, whoever made it, asked for again and again: a few bytes however large the document. */
export const revisionQuery = (id: string) =>
  queryOptions({
    queryKey: keys.revision(id),
    queryFn: async ({ signal }) => {
      const options = { params: { path: { id }, query: { limit: 1 } }, signal }
      return (await answer(client.GET('/api/workflows/{id}/edits', options))).edits[0]?.revision ?? 0
    },
    refetchInterval: FOLLOW_MS,
    retry: false,
  })

/** The document as it was after that edit. */
export function fetchEdit(id: string, revision: number): Promise<Workflow> {
  return answer(client.GET('/api/workflows/{id}/edits/{revision}', { params: { path: { id, revision } } }))
}

export async function createWorkflow(name: string): Promise<WorkflowDraft> {
  return draftArrived(await answer(client.POST('/api/workflows', { body: { name } })))
}

/** Imports a document; it gets a fresh id when its own is taken. Whether it is one, the backend says. */
export async function importWorkflow(document: unknown): Promise<WorkflowDraft> {
  return draftArrived(await answer(client.POST('/api/workflows', { body: { document: document as Workflow } })))
}

/**
 * Saves the draft as one edit named `label`.
 *
 * @throws ApiError `stale_revision` when somebody else saved since `base_revision`.
 */
export async function saveDraft(
  id: string,
  edit: { document: Workflow; base_revision: number; label: string },
  signal?: AbortSignal,
): Promise<{ revision: number; diagnostics: Diagnostic[] }> {
  const options = { ...at(id), body: edit, ...(signal && { signal }) }
  const saved = await answer(client.PUT('/api/workflows/{id}', options))
  void queryClient.invalidateQueries({ queryKey: keys.workflowList(false) })
  void queryClient.invalidateQueries({ queryKey: keys.edits(id) })
  return saved
}

export async function deleteWorkflow(id: string): Promise<void> {
  await client.DELETE('/api/workflows/{id}', at(id))
  await queryClient.invalidateQueries({ queryKey: keys.workflows })
}

export async function restoreWorkflow(id: string): Promise<WorkflowDraft> {
  return draftArrived(await answer(client.POST('/api/workflows/{id}/restore', at(id))))
}

export async function duplicateWorkflow(id: string): Promise<WorkflowDraft> {
  return draftArrived(await answer(client.POST('/api/workflows/{id}/duplicate', at(id))))
}

/** The document with every agent it uses carried along. */
export function exportWorkflow(id: string): Promise<Workflow> {
  return answer(client.GET('/api/workflows/{id}/export', at(id)))
}

/**
 * Names the current state.
 *
 * @throws ApiError `workflow_has_errors` (see `diagnosticsOf`).
 */
export async function saveVersion(id: string, names: { label?: string; note?: string }): Promise<VersionSummary> {
  const version = await answer(client.POST('/api/workflows/{id}/versions', { ...at(id), body: names }))
  await queryClient.invalidateQueries({ queryKey: keys.workflows })
  return version
}

/** Makes an old version the current draft, as a new edit. */
export async function restoreVersion(id: string, number: number): Promise<WorkflowDraft> {
  const params = { path: { id, number } }
  return draftArrived(await answer(client.POST('/api/workflows/{id}/versions/{number}/restore', { params })))
}

function draftArrived(draft: WorkflowDraft): WorkflowDraft {
  queryClient.setQueryData(keys.workflow(draft.document.id), draft)
  void queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
  return draft
}
