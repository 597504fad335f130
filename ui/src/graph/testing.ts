//! Documents for tests, in few words.

import type { Agent, Edge, LibraryAgent, Step, Workflow } from '@/api/types'

/** `flow('a>b b>c/yes')`: steps in order of appearance, 300 px apart, and the edges between them (`/` names a branch). */
export function flow(text: string, more: Partial<Workflow> = {}): Workflow {
  const steps = new Map<string, Step>()
  const edges: Edge[] = []
  const step = (id: string) => {
    if (!steps.has(id)) steps.set(id, { id, agent: agent('transform'), position: { x: steps.size * 300, y: 0 } })
  }
  for (const part of text.split(/\s+/).filter(Boolean)) {
    const [ends = '', branch] = part.split('/')
    const [from = '', to] = ends.split('>')
    step(from)
    if (to === undefined) continue
    step(to)
    edges.push({ id: `e${edges.length + 1}`, from, to, ...(branch && { branch }) })
  }
  return {
    format: 'heddle/v1',
    id: 'test',
    name: 'Test',
    steps: [...steps.values()],
    edges,
    settings: { stop_on_error: true, max_parallel: 8, checkpoints: true, output: {} },
    ...more,
  }
}

export function agent(kind: Agent['kind'], more: Partial<Agent> = {}): Agent {
  return { kind, config: {}, ...more }
}

export function library(...agents: Agent[]): Map<string, LibraryAgent> {
  return new Map(agents.map((each) => [each.id ?? '', { agent: each, origin: 'built_in' as const }]))
}

/** The edges as `flow` takes them. */
export function wires(document: Workflow): string {
  return document.edges.map(({ from, to, branch }) => `${from}>${to}${branch ? `/${branch}` : ''}`).join(' ')
}

export function withStepChange(document: Workflow, id: string, change: Partial<Step>): Workflow {
  return { ...document, steps: document.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) }
}
