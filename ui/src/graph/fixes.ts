//! Applies the repair a diagnostic proposes. The repairs are a closed list, kept by the backend's `validate` crate.

import type { Edge, Fix, Step, Workflow } from '@/api/types'

import { insertTransform } from './edits/add'
import { compact, edgeIds, withStep, type Edit } from './edits/edit'
import { changeStepId } from './edits/step'
import { numbered } from './ids'
import { agentOf, type Library } from './lookup'

type Data = {
  from?: string
  to?: string
  edge?: string
  index?: number
  branch?: string
  step?: string
  field?: string
  expression?: string
  when?: string
  mapping?: Record<string, string> | null
  id?: string
  name?: string
  schema?: unknown
}

/** The edit a repair stands for; null when the document has moved on and it no longer applies. */
export function applyFix(document: Workflow, fix: Fix, library: Library): Edit | null {
  const next = mended(document, fix.edit.type, fix.edit.data as Data, library)
  return next && next !== document ? { label: fix.title, document: next } : null
}

function mended(document: Workflow, type: string, data: Data, library: Library): Workflow | null {
  const { edge, step, index = -1, to, field } = data
  switch (type) {
    case 'add_edge': {
      if (data.from === undefined || to === undefined) return null
      const made: Edge = { id: numbered('e', edgeIds(document)), from: data.from, to }
      return { ...document, edges: [...document.edges, made] }
    }
    case 'remove_edge': {
      const at = place(document.edges, edge, index)
      return at < 0 ? null : { ...document, edges: document.edges.toSpliced(at, 1) }
    }
    case 'rename_edge': {
      const old = document.edges[index]
      return old && to !== undefined ? { ...document, edges: document.edges.with(index, { ...old, id: to }) } : null
    }
    case 'set_branch': {
      const at = place(document.edges, edge, -1)
      const old = document.edges[at]
      return old ? { ...document, edges: document.edges.with(at, compact({ ...old, branch: data.branch })) } : null
    }
    case 'remove_step': {
      const at = place(document.steps, step, index)
      return at < 0 ? null : withoutStep(document, at)
    }
    case 'rename_step':
      return step !== undefined && to !== undefined ? renamed(document, step, index, to) : null
    case 'set_mapping_field':
      if (step === undefined || field === undefined || data.expression === undefined) return null
      return withStep(document, step, (each) => ({ ...each, mapping: { ...each.mapping, [field]: data.expression ?? '' } }))
    case 'remove_mapping_field':
      return step === undefined || field === undefined ? null : withStep(document, step, (each) => withoutField(each, field))
    case 'set_mapping':
      if (step === undefined) return null
      return withStep(document, step, (each) => compact({ ...each, mapping: data.mapping ?? undefined }))
    case 'insert_transform': {
      const { id, name = id, mapping } = data
      if (edge === undefined || id === undefined || name === undefined || !mapping) return null
      return insertTransform(document, edge, { id, name, mapping })
    }
    case 'set_input_schema':
      return step === undefined ? null : withInputSchema(document, step, data.schema, library)
    case 'set_when':
      return step === undefined ? null : withStep(document, step, (each) => compact({ ...each, when: data.when }))
    default:
      return null
  }
}

/** Where the thing of that id is: at `index` if it is there, for ids may be what is wrong; else wherever it is. */
function place(list: readonly { id: string }[], id: string | undefined, index: number): number {
  if (list[index] !== undefined && (id === undefined || list[index].id === id)) return index
  return list.findIndex((each) => each.id === id)
}

function withoutStep(document: Workflow, at: number): Workflow {
  const gone = document.steps[at]?.id
  const steps = document.steps.toSpliced(at, 1)
  // A second step of the same id keeps the edges.
  const kept = steps.some((step) => step.id === gone)
  const edges = kept ? document.edges : document.edges.filter((edge) => edge.from !== gone && edge.to !== gone)
  return { ...document, steps, edges }
}

function renamed(document: Workflow, id: string, index: number, to: string): Workflow | null {
  const at = place(document.steps, id, index)
  const step = document.steps[at]
  if (!step) return null
  if (document.steps.some((each, other) => other !== at && each.id === id)) {
    return { ...document, steps: document.steps.with(at, { ...step, id: to }) }
  }
  return changeStepId(document, id, to)?.document ?? null
}

/** Writes the step's agent into it, with another input schema. */
function withInputSchema(document: Workflow, id: string, schema: unknown, library: Library): Workflow | null {
  const step = document.steps.find((each) => each.id === id)
  const agent = step && agentOf(document, step, library)
  if (!agent) return null
  const { id: _, ...inline } = agent
  return withStep(document, id, (each) => ({ ...each, agent: { ...inline, input_schema: schema } }))
}

function withoutField(step: Step, field: string): Step {
  const { [field]: _, ...mapping } = step.mapping ?? {}
  return { ...step, mapping }
}
