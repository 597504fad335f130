//! Whether the data fits: the verdicts of wires, and what would fit where.

import { answer, client } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Verdict = Schemas['WireVerdict']
/** `declared`: only fields a schema names arrive. `strict`: whatever it allows may arrive. */
export type ProofMode = Schemas['Mode']
export type Reason = Schemas['Reason']
export type WireProof = Schemas['Wire']
export type FlowSource = Schemas['Source']
export type StepFlow = Schemas['StepFlow']
/** What is proven of one field of a step's input. */
export type ProvenField = Schemas['FieldVerdict']
export type Validation = Schemas['Validation']
export type Fit = Schemas['Fit']
export type Fits = Schemas['Fits']

/** Checks a document without storing it: findings, a verdict for every wire, and the schemas along the way. */
export function validate(question: Schemas['ValidateRequest'], signal?: AbortSignal): Promise<Validation> {
  return answer(client.POST('/api/validate', { body: question, ...(signal && { signal }) }))
}

/** How well agents and steps would take a wire. */
export function fits(question: Schemas['FitRequest'], signal?: AbortSignal): Promise<Fits> {
  return answer(client.POST('/api/fit', { body: question, ...(signal && { signal }) }))
}
