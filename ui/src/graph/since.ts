//! What became of a workflow's steps since an earlier state of it.

import { toJson } from '@/api/json'
import type { Step, Workflow } from '@/api/types'

import { compact } from './edits/edit'

export type Since = {
  /** By step of the earlier state; those that are as they were are left out. */
  steps: ReadonlyMap<string, 'changed' | 'removed'>
  /** How many there are that were not there. */
  added: number
}

/** Compares steps by what they do: where they stand does not count. */
export function since(earlier: Workflow, now: Workflow): Since {
  const present = new Map(now.steps.map((step) => [step.id, step]))
  const steps = new Map<string, 'changed' | 'removed'>()
  for (const step of earlier.steps) {
    const other = present.get(step.id)
    if (!other) steps.set(step.id, 'removed')
    else if (meaning(step) !== meaning(other)) steps.set(step.id, 'changed')
  }
  const known = new Set(earlier.steps.map((step) => step.id))
  return { steps, added: now.steps.filter((step) => !known.has(step.id)).length }
}

function meaning(step: Step): string {
  return toJson(compact({ ...step, position: undefined }))
}

/** `1 changed, 2 added since`; empty when nothing is different. */
export function sinceWords({ steps, added }: Since): string {
  const count = (what: string) => [...steps.values()].filter((each) => each === what).length
  const parts = [
    [count('changed'), 'changed'],
    [count('removed'), 'removed'],
    [added, 'added'],
  ] as const
  const said = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`)
  return said.length === 0 ? '' : `${said.join(', ')} since`
}
