//! Sample data through a workflow: what would flow, what an expression gives, which mappings suggest themselves. No agent
//! is called.

import { answer, client } from './client'
import type { components } from './schema'
import type { Workflow } from './types'

type Schemas = components['schemas']

export type Preview = Schemas['Preview']
export type StepPreview = Schemas['StepPreview']
export type MapProposal = Schemas['Proposal']
/** Proposals for one field of a step's input, the likeliest first. */
export type FieldProposals = Schemas['FieldProposals']

/** Where the data comes from. Made-up data is asked for by `seed` alone: then the document's own samples stand back. */
export type SampleData = { input?: unknown; execution?: string; seed?: number }

/** The document the backend is shown: without its samples when data is to be made up, for it takes the first of them. */
function shown({ tests, ...document }: Workflow, { input, execution }: SampleData): Workflow {
  return input === undefined && execution === undefined ? document : { ...document, ...(tests && { tests }) }
}

export function previewWorkflow(document: Workflow, data: SampleData, signal?: AbortSignal): Promise<Preview> {
  const body = { document: shown(document, data), ...data }
  return answer(client.POST('/api/preview', { body, ...(signal && { signal }) }))
}

/** What one expression of a step gives on the same data; an error is part of the answer. */
export function evaluate(
  { document, step, expression, ...data }: { document: Workflow; step: string; expression: string } & SampleData,
  signal?: AbortSignal,
): Promise<{ value?: unknown; error?: string }> {
  const body = { document: shown(document, data), step, expression, ...data }
  return answer(client.POST('/api/evaluate', { body, ...(signal && { signal }) }))
}

export async function automap(document: Workflow, step: string, signal?: AbortSignal): Promise<FieldProposals[]> {
  return (await answer(client.POST('/api/automap', { body: { document, step }, ...(signal && { signal }) }))).fields
}
