//! An edit: the document afterwards and what to call it. Edits are made by pure functions that answer null when there
//! is nothing to change; undo, saving and the journal treat them all alike.

import type { Edge, Step, Workflow } from '@/api/types'

import type { Selection } from '../selection'

export type Edit = {
  /** What was done, as the history lists it: `Add Ticket Analyzer`. */
  label: string
  document: Workflow
  /** What is selected afterwards; absent: what was. */
  select?: Selection
  /** Successive edits with the same key are one step of undo: typing in one field, nudging the same steps. */
  merge?: string
}

export function withSteps(document: Workflow, change: (step: Step) => Step): Workflow {
  return { ...document, steps: document.steps.map(change) }
}

export function withStep(document: Workflow, id: string, change: (step: Step) => Step): Workflow {
  return withSteps(document, (step) => (step.id === id ? change(step) : step))
}

/** `object` without the keys that are undefined: the document's optional fields are absent, not null. */
export function compact<T extends object>(object: T): T {
  const kept = { ...object }
  for (const key of Object.keys(kept) as (keyof T)[]) if (kept[key] === undefined) delete kept[key]
  return kept
}

export function stepIds(document: Workflow): Set<string> {
  return new Set(document.steps.map((step) => step.id))
}

export function edgeIds(document: Workflow): Set<string> {
  return new Set(document.edges.map((edge) => edge.id))
}

export function hasEdge(edges: readonly Edge[], from: string, to: string, branch: string | undefined): boolean {
  return edges.some((edge) => edge.from === from && edge.to === to && edge.branch === branch)
}

/** `Ticket Analyzer`, or `3 steps`. */
export function naming(document: Workflow, steps: readonly string[], nameOf: (step: Step) => string): string {
  if (steps.length !== 1) return `${steps.length} steps`
  const step = document.steps.find((each) => each.id === steps[0])
  return step ? nameOf(step) : `${steps[0]}`
}
