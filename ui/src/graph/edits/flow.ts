//! How a step is run: again and again, after which of the steps before it, stopped at, pinned; and when a wire is followed.

import type { Breakpoint, Edge, Join, Loop, Step, Workflow } from '@/api/types'

import { renamedInExpression } from '../expressions'
import { edgeById, stepById } from '../lookup'
import { compact, withStep, type Edit } from './edit'

/** Sets or clears how often the step runs. `part` names what is typed in: typing in it is one step of undo. */
export function setLoop(document: Workflow, id: string, loop: Loop | undefined, part?: string): Edit | null {
  if (!stepById(document, id)) return null
  const next = withStep(document, id, (step) => compact({ ...step, loop }))
  const label = loop === undefined ? `Run ${id} once` : `Change the loop of ${id}`
  return { label, document: next, ...(part !== undefined && { merge: `loop:${id}:${part}` }) }
}

/** Sets how many of the wires to the step must be followed before it starts; `all` is what goes without saying. */
export function setJoin(document: Workflow, id: string, join: Join): Edit | null {
  if (!stepById(document, id)) return null
  const next = withStep(document, id, (step) => compact({ ...step, join: join === 'all' ? undefined : join }))
  return { label: `Change what ${id} waits for`, document: next, merge: `join:${id}` }
}

/** Pins an output to the step; undefined takes the pin out. A pinned `null` is a value. */
export function setPin(document: Workflow, id: string, pin: unknown): Edit | null {
  const step = stepById(document, id)
  if (!step || (pin === undefined && step.pin === undefined)) return null
  const next = withStep(document, id, (each) => compact({ ...each, pin }))
  return { label: pin === undefined ? `Unpin ${id}` : `Pin the output of ${id}`, document: next, merge: `pin:${id}` }
}

export function setBreakpoint(document: Workflow, id: string, breakpoint: Breakpoint | undefined): Edit | null {
  const step = stepById(document, id)
  if (!step || (breakpoint === undefined && step.breakpoint === undefined)) return null
  const kept = breakpoint && compact(breakpoint)
  const next = withStep(document, id, (each) => compact({ ...each, breakpoint: kept }))
  const label = breakpoint === undefined ? `Remove the breakpoint of ${id}` : `Set a breakpoint at ${id}`
  return { label, document: next, ...(step.breakpoint && breakpoint && { merge: `breakpoint:${id}` }) }
}

/** Sets breakpoints on all of the steps, or removes them when each has one already. */
export function toggleBreakpoints(document: Workflow, ids: readonly string[]): Edit | null {
  const chosen = document.steps.filter((step) => ids.includes(step.id))
  if (chosen.length === 0) return null
  const off = chosen.every((step) => step.breakpoint !== undefined)
  const steps = document.steps.map((step) => {
    if (!ids.includes(step.id) || (!off && step.breakpoint !== undefined)) return step
    return compact({ ...step, breakpoint: off ? undefined : { disabled: false } })
  })
  const what = chosen[0] && chosen.length === 1 ? chosen[0].id : `${chosen.length} steps`
  return { label: off ? `Remove the breakpoint of ${what}` : `Set a breakpoint at ${what}`, document: { ...document, steps } }
}

/** Sets or clears (empty) the condition under which a wire is followed. */
export function setEdgeWhen(document: Workflow, id: string, when: string): Edit | null {
  const edge = edgeById(document, id)
  if (!edge || (edge.when ?? '') === when) return null
  const edges = document.edges.map((each) => (each.id === id ? compact({ ...each, when: when === '' ? undefined : when }) : each))
  return { label: `Change the condition of ${edge.from} → ${edge.to}`, document: { ...document, edges }, merge: `edge-when:${id}` }
}

/** The step with every expression about its flow saying `id` for step `old`. */
export function renamedInFlow(step: Step, old: string, id: string): Step {
  const renamed = (text: string) => renamedInExpression(text, old, id)
  const next = { ...step }
  if (next.loop) {
    next.loop =
      'for_each' in next.loop
        ? { for_each: { ...next.loop.for_each, items: renamed(next.loop.for_each.items) } }
        : { repeat: { ...next.loop.repeat, until: renamed(next.loop.repeat.until) } }
  }
  if (next.breakpoint?.when !== undefined) next.breakpoint = { ...next.breakpoint, when: renamed(next.breakpoint.when) }
  return next
}

/** The edge with its condition saying `id` for step `old`. */
export function renamedInEdge(edge: Edge, old: string, id: string): Edge {
  return edge.when === undefined ? edge : { ...edge, when: renamedInExpression(edge.when, old, id) }
}
