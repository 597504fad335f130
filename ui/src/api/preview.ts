//! Sample data through a workflow: what would flow, what an expression gives, which mappings suggest themselves. No agent
//! is called.

import { answer, client } from './client'
import type { Verdict } from './proof'
import type { Workflow } from './types'

/** Where the data comes from; with neither the backend takes an example or makes the input up. */
export type SampleData = { input?: unknown; execution?: string; seed?: number }

export type PreviewProblem = { path: string; message: string; field?: string }

export type StepPreview = {
  step: string
  input?: unknown
  output?: unknown
  output_from?: 'execution' | 'sample' | 'generated' | 'computed'
  /** Why the step would not run. */
  skipped?: string
  problems: PreviewProblem[]
}

/** `steps` in topological order. */
export type Preview = {
  input: unknown
  input_from: 'given' | 'execution' | 'example' | 'generated'
  steps: StepPreview[]
  output?: unknown
}

export type MapProposal = {
  expression: string
  label: string
  /** 0 to 1. */
  score: number
  verdict: Verdict
  why: string
}

/** Proposals for one field of a step's input, the likeliest first. */
export type FieldProposals = { field: string; required: boolean; schema: unknown; current?: string; proposals: MapProposal[] }

type Post = (path: string, init: { body: object; signal?: AbortSignal }) => Promise<{ data?: unknown }>

const post = async <T>(path: string, body: object, signal?: AbortSignal): Promise<T> =>
  (await answer((client.POST as unknown as Post)(path, { body, ...(signal && { signal }) }))) as T

export function previewWorkflow(document: Workflow, data: SampleData, signal?: AbortSignal): Promise<Preview> {
  return post('/api/preview', { document, ...data }, signal)
}

/** What one expression of a step gives on the same data; an error is part of the answer. */
export function evaluate(
  question: { document: Workflow; step: string; expression: string } & SampleData,
  signal?: AbortSignal,
): Promise<{ value?: unknown; error?: string }> {
  return post('/api/evaluate', question, signal)
}

export async function automap(document: Workflow, step: string, signal?: AbortSignal): Promise<FieldProposals[]> {
  return (await post<{ fields: FieldProposals[] }>('/api/automap', { document, step }, signal)).fields
}
