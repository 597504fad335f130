//! Workflows: drafts, edits, versions, checks.

import { queryOptions } from '@tanstack/react-query'

import { call } from './http'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Diagnostic, EditSummary, VersionSummary, Workflow, WorkflowDraft, WorkflowSummary } from './types'

const path = (id: string, rest = '') => `/api/workflows/${encodeURIComponent(id)}${rest}`

export const workflowsQuery = (deleted = false) =>
  queryOptions({
    queryKey: keys.workflowList(deleted),
    queryFn: ({ signal }) =>
      call<{ workflows: WorkflowSummary[] }>('GET', '/api/workflows', { query: { deleted }, signal }).then(
        (answer) => answer.workflows,
      ),
  })

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.workflow(id),
    queryFn: ({ signal }) => call<WorkflowDraft>('GET', path(id), { signal }),
  })

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.versions(id),
    queryFn: ({ signal }) =>
      call<{ versions: VersionSummary[] }>('GET', path(id, '/versions'), { signal }).then((answer) => answer.versions),
  })

/** A version never changes, so it is fetched once. */
export const versionQuery = (id: string, number: number) =>
  queryOptions({
    queryKey: keys.version(id, number),
    queryFn: ({ signal }) =>
      call<{ version: VersionSummary; document: Workflow }>('GET', path(id, `/versions/${number}`), { signal }),
    staleTime: Infinity,
  })

export const editsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.edits(id),
    queryFn: ({ signal }) => fetchEdits(id, undefined, signal),
  })

/** One page of the history of edits, newest first; `before` continues below that revision. */
export async function fetchEdits(id: string, before?: number, signal?: AbortSignal): Promise<EditSummary[]> {
  const options = { query: { before, limit: 50 }, ...(signal && { signal }) }
  return (await call<{ edits: EditSummary[] }>('GET', path(id, '/edits'), options)).edits
}

/** The document as it was after that edit. */
export function fetchEdit(id: string, revision: number): Promise<Workflow> {
  return call('GET', path(id, `/edits/${revision}`))
}

export async function createWorkflow(name: string): Promise<WorkflowDraft> {
  return draftArrived(await call<WorkflowDraft>('POST', '/api/workflows', { body: { name } }))
}

/** Imports a document; it gets a fresh id when its own is taken. */
export async function importWorkflow(document: unknown): Promise<WorkflowDraft> {
  return draftArrived(await call<WorkflowDraft>('POST', '/api/workflows', { body: { document } }))
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
  const options = { body: edit, ...(signal && { signal }) }
  const saved = await call<{ revision: number; diagnostics: Diagnostic[] }>('PUT', path(id), options)
  void queryClient.invalidateQueries({ queryKey: keys.workflowList(false) })
  void queryClient.invalidateQueries({ queryKey: keys.edits(id) })
  return saved
}

export async function deleteWorkflow(id: string): Promise<void> {
  await call('DELETE', path(id))
  await queryClient.invalidateQueries({ queryKey: keys.workflows })
}

export async function restoreWorkflow(id: string): Promise<WorkflowDraft> {
  return draftArrived(await call<WorkflowDraft>('POST', path(id, '/restore')))
}

export async function duplicateWorkflow(id: string): Promise<WorkflowDraft> {
  return draftArrived(await call<WorkflowDraft>('POST', path(id, '/duplicate')))
}

/** The document with every agent it uses carried along. */
export function exportWorkflow(id: string): Promise<Workflow> {
  return call('GET', path(id, '/export'))
}

export function validateDocument(document: Workflow, signal?: AbortSignal): Promise<Diagnostic[]> {
  const options = { body: { document }, ...(signal && { signal }) }
  return call<{ diagnostics: Diagnostic[] }>('POST', '/api/validate', options).then((answer) => answer.diagnostics)
}

/**
 * Names the current state.
 *
 * @throws ApiError `workflow_has_errors` (see `diagnosticsOf`).
 */
export async function saveVersion(id: string, names: { label?: string; note?: string }): Promise<VersionSummary> {
  const version = await call<VersionSummary>('POST', path(id, '/versions'), { body: names })
  await queryClient.invalidateQueries({ queryKey: keys.workflows })
  return version
}

/** Makes an old version the current draft, as a new edit. */
export async function restoreVersion(id: string, number: number): Promise<WorkflowDraft> {
  return draftArrived(await call<WorkflowDraft>('POST', path(id, `/versions/${number}/restore`)))
}

function draftArrived(draft: WorkflowDraft): WorkflowDraft {
  queryClient.setQueryData(keys.workflow(draft.document.id), draft)
  void queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
  return draft
}
