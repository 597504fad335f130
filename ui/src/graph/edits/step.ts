//! Changing one step: name, id, agent, mapping, condition, policy.

import type { Agent, Policy, Step, Workflow } from '@/api/types'

import { renamedInExpression } from '../expressions'
import { isIdentifier } from '../ids'
import { nameOf, stepById } from '../lookup'
import { selectSteps } from '../selection'
import { compact, stepIds, withStep, type Edit } from './edit'
import { renamedInEdge, renamedInFlow } from './flow'

export function renameStep(document: Workflow, id: string, name: string): Edit | null {
  const step = stepById(document, id)
  if (!step || (step.name ?? '') === name) return null
  // The same while it is typed: the journal shows the first.
  const label = `Rename ${id}`
  const next = withStep(document, id, (each) => compact({ ...each, name: name === '' ? undefined : name }))
  return { label, document: next, merge: `name:${id}` }
}

/** Why `id` cannot be the id of step `old`; null when it can. */
export function stepIdProblem(document: Workflow, old: string, id: string): string | null {
  if (!isIdentifier(id)) return 'Letters, digits and _ only, not beginning with a digit; expressions use it.'
  if (id !== old && stepIds(document).has(id)) return `Another step is called ${id} already.`
  return null
}

/** Changes a step's id and every expression and wire that names it. */
export function changeStepId(document: Workflow, old: string, id: string): Edit | null {
  if (old === id || stepIdProblem(document, old, id) !== null) return null
  const inMapping = (mapping: Record<string, string>) =>
    Object.fromEntries(Object.entries(mapping).map(([field, text]) => [field, renamedInExpression(text, old, id)]))
  const steps = document.steps.map((step) => {
    const next: Step = step.id === old ? { ...step, id } : { ...step }
    if (step.mapping) next.mapping = inMapping(step.mapping)
    if (step.when !== undefined) next.when = renamedInExpression(step.when, old, id)
    return renamedInFlow(next, old, id)
  })
  const edges = document.edges.map((each) => {
    const edge = renamedInEdge(each, old, id)
    if (edge.from !== old && edge.to !== old) return edge
    return { ...edge, from: edge.from === old ? id : edge.from, to: edge.to === old ? id : edge.to }
  })
  const { output } = document.settings
  const settings = output?.mapping
    ? { ...document.settings, output: { ...output, mapping: inMapping(output.mapping) } }
    : document.settings
  return { label: `Rename ${old} to ${id}`, document: { ...document, steps, edges, settings }, select: selectSteps([id]) }
}

/** Writes the agent of the library into the step, so that it can be changed for this workflow alone. */
export function customise(document: Workflow, id: string, agent: Agent): Edit | null {
  const step = stepById(document, id)
  if (!step || typeof step.agent !== 'string') return null
  const { id: _, ...inline } = agent
  const next = withStep(document, id, (each) => ({ ...each, agent: structuredClone(inline) }))
  return { label: `Customise ${nameOf(step, agent)}`, document: next }
}

/** Changes an agent written into a step. `what` names the part, e.g. `code`: typing in it is one step of undo. */
export function changeAgent(document: Workflow, id: string, what: string, change: Partial<Agent>): Edit | null {
  const step = stepById(document, id)
  if (!step || typeof step.agent === 'string') return null
  const agent = compact({ ...step.agent, ...change })
  const next = withStep(document, id, (each) => ({ ...each, agent }))
  return { label: `Change ${what} of ${nameOf(step, agent)}`, document: next, merge: `agent:${id}:${what}` }
}

/** Sets or clears (undefined) the whole mapping. Without one the step sees the merged context. */
export function setMapping(
  document: Workflow,
  id: string,
  mapping: Record<string, string> | undefined,
  field?: string,
): Edit | null {
  const step = stepById(document, id)
  if (!step) return null
  const next = withStep(document, id, (each) => compact({ ...each, mapping }))
  const label = mapping === undefined ? `Clear the mapping of ${id}` : `Map ${field ?? 'the input'} of ${id}`
  return { label, document: next, ...(field !== undefined && { merge: `map:${id}:${field}` }) }
}

export function setWhen(document: Workflow, id: string, when: string): Edit | null {
  const step = stepById(document, id)
  if (!step || (step.when ?? '') === when) return null
  const next = withStep(document, id, (each) => compact({ ...each, when: when === '' ? undefined : when }))
  return { label: `Change the condition of ${id}`, document: next, merge: `when:${id}` }
}

const POLICY_PARTS: Record<keyof Policy, string> = {
  timeout_ms: 'timeout',
  step_timeout_ms: 'timeout',
  retry: 'retries',
  on_error: 'way out of failure',
  cache: 'cache',
  pool: 'pool',
}

export function setPolicy(document: Workflow, id: string, part: keyof Policy, policy: Policy): Edit | null {
  const step = stepById(document, id)
  if (!step) return null
  const kept = compact(policy)
  const next = withStep(document, id, (each) =>
    compact({ ...each, policy: Object.keys(kept).length === 0 ? undefined : kept }),
  )
  return { label: `Change the ${POLICY_PARTS[part]} of ${id}`, document: next, merge: `policy:${id}:${part}` }
}
