//! Whether the data fits: the verdicts of wires, and what would fit where.

import { answer, client } from './client'
import type { Diagnostic, Fix, Workflow } from './types'

export type Verdict = 'always' | 'sometimes' | 'never' | 'unknown'
/** `declared`: only fields a schema names arrive. `strict`: whatever it allows may arrive. */
export type ProofMode = 'declared' | 'strict'
/** One place where what arrives is not what is accepted. `path` is a JSON pointer, with `*` for any item of a list. */
export type Reason = { path: string; keyword: string; expected: string; found: string; message: string }

export type WireProof = {
  edge: string
  from: string
  to: string
  verdict: Verdict
  mode: ProofMode
  /** One sentence for a person. */
  summary: string
  reasons: Reason[]
  /** A value that may arrive and is refused. */
  counterexample?: unknown
  /** A value that may arrive and fits. */
  example?: unknown
  /** Why nothing could be decided. */
  why?: string
  repairs: Fix[]
}

/** Something an expression of a step may use. */
export type FlowSource = { expression: string; label: string; step?: string; schema: unknown }
/** What reaches a step, what its agent accepts, and what later steps see of it; schemas. */
export type StepFlow = { step: string; arrives: unknown; accepts: unknown; gives: unknown; sources: FlowSource[] }

export type Validation = { diagnostics: Diagnostic[]; wires: WireProof[]; steps: StepFlow[] }

/** How well an agent of the library, or a step, would take what comes. */
export type Fit = { id: string; verdict: Verdict; summary: string; counterexample?: unknown; reasons: Reason[] }
export type Fits = { agents: Fit[]; steps: Fit[] }

export type FitQuestion = {
  document: Workflow
  /** The step the wire begins at; null for the workflow's input. */
  from: string | null
  branch?: string | undefined
  mode: ProofMode
  /** Which agents of the library; all when absent. */
  agents?: readonly string[]
  /** Which steps; all legal ones when absent. */
  steps?: readonly string[]
}

/** Checks a document without storing it: findings, a verdict for every wire, and the schemas along the way. */
export async function validate(document: Workflow, mode: ProofMode, signal?: AbortSignal): Promise<Validation> {
  const body = { document, mode }
  const found = await answer(client.POST('/api/validate', { body, ...(signal && { signal }) }))
  const { diagnostics, wires, steps } = found as unknown as Partial<Validation>
  return { diagnostics: diagnostics ?? [], wires: wires ?? [], steps: steps ?? [] }
}

/** How well agents and steps would take a wire. */
export async function fits(question: FitQuestion, signal?: AbortSignal): Promise<Fits> {
  const call = client.POST as unknown as (path: string, init: object) => Promise<{ data?: Fits }>
  return answer(call('/api/fit', { body: question, ...(signal && { signal }) }))
}
