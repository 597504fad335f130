//! Finding things in a document: a step, its agent, its name, its output ports.

import type { Agent, AgentKind, Edge, LibraryAgent, Step, Workflow } from '@/api/types'

/** The library's agents by id. */
export type Library = ReadonlyMap<string, LibraryAgent>

/** The branch that carries a failure when the policy says `error_branch`. */
export const ERROR_BRANCH = 'error'
/** The branch of steps that undo another when the execution fails. */
export const UNDO_BRANCH = 'compensate'

export function stepById(document: Pick<Workflow, 'steps'>, id: string): Step | undefined {
  return document.steps.find((step) => step.id === id)
}

export function edgeById(document: Pick<Workflow, 'edges'>, id: string): Edge | undefined {
  return document.edges.find((edge) => edge.id === id)
}

/** The edges by the step they leave. */
export function edgesLeaving(edges: readonly Edge[]): Map<string, Edge[]> {
  const leaving = new Map<string, Edge[]>()
  for (const edge of edges) {
    const list = leaving.get(edge.from)
    if (list) list.push(edge)
    else leaving.set(edge.from, [edge])
  }
  return leaving
}

/** The agent of a step: written into it, carried along by the document, or from the library. */
export function agentOf(document: Pick<Workflow, 'agents'>, step: Step, library: Library): Agent | undefined {
  const { agent } = step
  if (typeof agent !== 'string') return agent
  return document.agents?.find((each) => each.id === agent) ?? library.get(agent)?.agent
}

/** What people call a step: its own name, else its agent's, else its id. */
export function nameOf(step: Step, agent: Agent | undefined): string {
  return step.name || agent?.name || step.id
}

/** A place where edges leave a step. */
export type Port = {
  /** The edge's `branch`; null for the plain output. */
  branch: string | null
  label: string
  /** Edges still leave here, but the agent no longer has this branch. */
  gone: boolean
}

/** The React Flow handle of a branch. */
export function handleOf(branch: string | null | undefined): string {
  return branch ? `branch:${branch}` : 'out'
}

/** The branch of a React Flow handle; undefined for the plain output. */
export function branchOf(handle: string | null | undefined): string | undefined {
  return handle?.startsWith('branch:') ? handle.slice('branch:'.length) : undefined
}

/**
 * The output ports of a step, top to bottom: one per branch for a condition, else the plain one; `error` when the
 * policy takes that branch; then branches that edges still name although they are gone, so that no wire disappears.
 */
export function portsOf(step: Step, agent: Agent | undefined, leaving: readonly Edge[]): Port[] {
  const ports: Port[] = []
  const branches = agent ? branchNames(agent) : null
  if (branches) for (const name of branches) ports.push({ branch: name, label: name, gone: false })
  if (!branches || leaving.some((edge) => !edge.branch)) {
    ports.push({ branch: null, label: branches ? 'always' : '', gone: false })
  }
  if (step.policy?.on_error?.action === 'error_branch') {
    ports.push({ branch: ERROR_BRANCH, label: 'error', gone: false })
  }
  if (leaving.some((edge) => edge.branch === UNDO_BRANCH)) ports.push({ branch: UNDO_BRANCH, label: 'undo', gone: false })
  for (const { branch } of leaving) {
    if (branch && !ports.some((port) => port.branch === branch)) ports.push({ branch, label: branch, gone: true })
  }
  return ports
}

/** The branch a wire from the step would leave by when nobody said which: the first without one, else the first. */
export function freeBranch(document: Workflow, library: Library, id: string | null): string | undefined {
  const step = id === null ? undefined : stepById(document, id)
  if (!step) return undefined
  const leaving = document.edges.filter((edge) => edge.from === id)
  const ports = portsOf(step, agentOf(document, step, library), leaving).filter((port) => !port.gone)
  const free = ports.find(({ branch }) => branch !== UNDO_BRANCH && !leaving.some((edge) => (edge.branch ?? null) === branch))
  return (free ?? ports[0])?.branch ?? undefined
}

/** The branches a condition or an approval chooses from, in order, the fallback last; null for agents that do not choose. */
export function branchNames(agent: Agent): string[] | null {
  if (agent.kind === 'approval') return ['approved', 'rejected']
  if (agent.kind !== 'condition') return null
  const names: string[] = []
  const { branches, default: otherwise } = (agent.config ?? {}) as { branches?: unknown; default?: unknown }
  if (Array.isArray(branches)) {
    for (const branch of branches as unknown[]) {
      const name = typeof branch === 'string' ? branch : (branch as { name?: unknown } | null)?.name
      if (typeof name === 'string' && name !== '' && !names.includes(name)) names.push(name)
    }
  }
  if (typeof otherwise === 'string' && otherwise !== '' && !names.includes(otherwise)) names.push(otherwise)
  return names
}

/** One line on what a step does: the agent's own words, else what its kind and settings say. */
export function summaryOf(agent: Agent | undefined): string {
  if (!agent) return 'agent is missing'
  if (agent.description) return agent.description
  return summaryOfConfig(agent.kind, agent.config ?? {})
}

function summaryOfConfig(kind: AgentKind, config: Record<string, unknown>): string {
  const text = (key: string) => (typeof config[key] === 'string' ? config[key].trim() : '')
  const firstLine = (key: string) => text(key).split('\n').find((line) => line.trim() !== '') ?? ''
  switch (kind) {
    case 'llm':
      return text('model') || 'asks a language model'
    case 'sql':
      return firstLine('sql') || 'asks a database'
    case 'http':
      return [text('method') || 'GET', text('url')].join(' ').trim()
    case 'script':
      return 'JavaScript'
    case 'condition':
      return 'chooses a branch'
    case 'wait':
      return 'lets time pass'
    case 'assertion':
      return 'checks what comes in'
    case 'transform':
      return 'reshapes its input'
    case 'workflow':
      return text('workflow') ? 'runs another workflow' : 'no workflow chosen yet'
    case 'select': {
      const { candidates } = config
      const count = Array.isArray(candidates) ? candidates.length : 0
      return count === 0 ? 'no agents to choose from yet' : count === 1 ? 'has one agent to choose' : `chooses one of ${count} agents`
    }
    case 'approval':
      return firstLine('message') || 'asks a person'
  }
}
