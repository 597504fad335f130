//! What an expression of a step may use, the nearest first.

import type { FlowSource } from '@/api/proof'
import type { Workflow } from '@/api/types'
import { outputOf } from '@/graph/expressions'
import { agentOf, nameOf, stepById, type Library } from '@/graph/lookup'
import { ancestors, order } from '@/graph/walk'

/** The sources as a person looks for them: the steps right before first, then what was there from the start. */
export function nearestFirst(sources: readonly FlowSource[]): FlowSource[] {
  const steps = sources.filter((each) => each.step !== undefined)
  return [...steps, ...sources.filter((each) => each.step === undefined)]
}

/** What the document alone tells of them, for as long as the backend has not said more. */
export function declaredSources(document: Workflow, step: string, library: Library): FlowSource[] {
  const before = ancestors(document, step)
  const sources: FlowSource[] = []
  for (const id of order(document).reverse()) {
    const ancestor = before.has(id) && id !== step ? stepById(document, id) : undefined
    if (!ancestor) continue
    const agent = agentOf(document, ancestor, library)
    sources.push({ expression: outputOf(id), label: nameOf(ancestor, agent), step: id, schema: agent?.output_schema ?? true })
  }
  sources.push({ expression: 'input', label: 'Workflow input', schema: document.input_schema ?? true })
  if (Object.keys(document.variables ?? {}).length > 0) sources.push({ expression: 'vars', label: 'Variables', schema: true })
  return sources
}
