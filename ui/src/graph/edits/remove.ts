//! Removing what is selected.

import type { Edge, Step, Workflow } from '@/api/types'

import { numbered } from '../ids'
import { NOTHING, type Selection } from '../selection'
import { edgeIds, hasEdge, naming, type Edit } from './edit'

/** Removes the selected steps with their wires, the selected wires and the selected notes. */
export function removeSelection(document: Workflow, selection: Selection, nameOf: (step: Step) => string): Edit | null {
  const steps = document.steps.filter((step) => selection.steps.has(step.id)).map((step) => step.id)
  const edges = document.edges.filter((edge) => selection.edges.has(edge.id))
  const notes = (document.notes ?? []).filter((note) => selection.notes.has(note.id))
  if (steps.length + edges.length + notes.length === 0) return null
  const next: Workflow = {
    ...document,
    steps: document.steps.filter((step) => !selection.steps.has(step.id)),
    edges: document.edges.filter(
      (edge) => !selection.edges.has(edge.id) && !selection.steps.has(edge.from) && !selection.steps.has(edge.to),
    ),
  }
  if (notes.length > 0) next.notes = document.notes?.filter((note) => !selection.notes.has(note.id)) ?? []
  const what =
    steps.length > 0
      ? naming(document, steps, nameOf)
      : edges[0] && edges.length === 1 && notes.length === 0
        ? `wire ${edges[0].from} → ${edges[0].to}`
        : edges.length > 0
          ? `${edges.length} wires`
          : notes.length === 1
            ? 'note'
            : `${notes.length} notes`
  return { label: `Remove ${what}`, document: next, select: NOTHING }
}

/** Removes the selected steps; what led into each is wired to what came after it. */
export function removeAndReconnect(
  document: Workflow,
  selection: Selection,
  nameOf: (step: Step) => string,
): Edit | null {
  const steps = document.steps.filter((step) => selection.steps.has(step.id)).map((step) => step.id)
  if (steps.length === 0) return null
  let edges = document.edges
  for (const id of steps) edges = bridged(edges, id)
  return {
    label: `Remove ${naming(document, steps, nameOf)} and reconnect`,
    document: { ...document, steps: document.steps.filter((step) => !selection.steps.has(step.id)), edges },
    select: NOTHING,
  }
}

function bridged(edges: readonly Edge[], step: string): Edge[] {
  const into = edges.filter((edge) => edge.to === step && edge.from !== step)
  const out = edges.filter((edge) => edge.from === step && edge.to !== step)
  const rest = edges.filter((edge) => edge.from !== step && edge.to !== step)
  const taken = new Set(edges.map((edge) => edge.id))
  for (const before of into) {
    for (const after of out) {
      if (before.from === after.to || hasEdge(rest, before.from, after.to, before.branch)) continue
      const id = numbered('e', taken)
      taken.add(id)
      rest.push({ id, from: before.from, to: after.to, ...(before.branch && { branch: before.branch }) })
    }
  }
  return rest
}

export function removeEdge(document: Workflow, id: string): Edit | null {
  if (!edgeIds(document).has(id)) return null
  return removeSelection(document, { ...NOTHING, edges: new Set([id]) }, (step) => step.id)
}
