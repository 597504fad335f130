//! What can be done with whole workflows, from wherever: cards, palette, menu, editor. Each says when it fails.

import { documentIn } from '@/api/documents'
import { toJson } from '@/api/json'
import { queryClient } from '@/api/queryClient'
import type { WorkflowDraft } from '@/api/types'
import {
  createWorkflow,
  deleteWorkflow,
  duplicateWorkflow,
  exportWorkflow,
  importWorkflow,
  restoreWorkflow,
  saveDraft,
  workflowQuery,
} from '@/api/workflows'
import { fileNameFor, openJsonFiles, saveTextFile } from '@/desktop/files'

import { attempt, notifyDone, notifyUndo } from './notify'

type Named = { id: string; name: string }

/** What a workflow is called until somebody names it. */
export const NEW_NAME = 'Untitled workflow'

/** Makes an empty workflow; answers its id. */
export async function newWorkflow(): Promise<string | undefined> {
  const draft = await attempt('The workflow was not created', () => createWorkflow(NEW_NAME))
  return draft?.document.id
}

/** Asks for files and imports each; answers the id of the last one that arrived. */
export async function importFromFiles(): Promise<string | undefined> {
  const files = (await attempt('The files could not be read', openJsonFiles)) ?? []
  let arrived: WorkflowDraft | undefined
  for (const file of files) {
    const draft = await attempt(`${file.name} was not imported`, () => importWorkflow(documentIn(file.text)))
    if (draft) notifyDone(`${draft.document.name} was imported.`)
    arrived = draft ?? arrived
  }
  return arrived?.document.id
}

export async function exportToFile({ id, name }: Named): Promise<void> {
  const path = await attempt(`${name} was not exported`, async () =>
    saveTextFile(fileNameFor(name), `${toJson(await exportWorkflow(id), 2)}\n`),
  )
  if (path) notifyDone(`Exported to ${path}`)
}

/** A second workflow like it; answers its id. */
export async function duplicate({ id, name }: Named): Promise<string | undefined> {
  const draft = await attempt(`${name} was not duplicated`, () => duplicateWorkflow(id))
  return draft?.document.id
}

/** Deletes at once and offers to take it back. */
export async function deleteWithUndo(workflow: Named): Promise<void> {
  const done = await attempt(`${workflow.name} was not deleted`, async () => {
    await deleteWorkflow(workflow.id)
    return true
  })
  if (done) notifyUndo(`“${workflow.name}” was deleted.`, () => restore(workflow))
}

export async function restore({ id, name }: Named): Promise<void> {
  if (await attempt(`${name} was not restored`, () => restoreWorkflow(id))) notifyDone(`“${name}” is back.`)
}

/** Renames as an edit of its own, so that it can be undone like any other. */
export async function rename({ id, name }: Named, to: string): Promise<void> {
  await attempt(`${name} was not renamed`, async () => {
    const { document, revision } = await queryClient.fetchQuery({ ...workflowQuery(id), staleTime: 0 })
    await saveDraft(id, { document: { ...document, name: to }, base_revision: revision, label: 'Rename' })
    await queryClient.invalidateQueries({ queryKey: workflowQuery(id).queryKey, exact: true })
  })
}
