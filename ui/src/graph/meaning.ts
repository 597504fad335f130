//! Whether an edit changed what a workflow does: moving steps, writing notes or keeping samples does not.

import type { Step, Workflow } from '@/api/types'

/** Whether two states of a document do the same; parts are compared by identity, as edits leave what they do not touch. */
export function sameMeaning(a: Workflow, b: Workflow): boolean {
  if (a === b) return true
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (key === 'steps' || key === 'notes' || key === 'tests' || key === 'name' || key === 'description') continue
    if (a[key as keyof Workflow] !== b[key as keyof Workflow]) return false
  }
  return a.steps.length === b.steps.length && a.steps.every((step, index) => sameStep(step, b.steps[index]))
}

function sameStep(a: Step, b: Step | undefined): boolean {
  if (a === b) return true
  if (!b) return false
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (key !== 'position' && a[key as keyof Step] !== b[key as keyof Step]) return false
  }
  return true
}
