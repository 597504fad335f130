//! What each kind of agent looks like: a glyph on a tile in its group's colour.

import { Code2, Database, GitFork, Globe, ListChecks, Route, Shuffle, Sparkles, TimerReset, UserCheck, Workflow, type LucideIcon } from 'lucide-react'

import type { AgentKind } from '@/api/types'

export type KindLook = { title: string; color: string; Icon: LucideIcon }

export const KIND: Record<AgentKind | 'workflow' | 'select' | 'approval', KindLook> = {
  llm: { title: 'Language model', color: 'var(--kind-language)', Icon: Sparkles },
  sql: { title: 'SQL query', color: 'var(--kind-data)', Icon: Database },
  http: { title: 'HTTP request', color: 'var(--kind-data)', Icon: Globe },
  script: { title: 'Script', color: 'var(--kind-data)', Icon: Code2 },
  transform: { title: 'Transform', color: 'var(--kind-data)', Icon: Shuffle },
  condition: { title: 'Condition', color: 'var(--kind-logic)', Icon: GitFork },
  assertion: { title: 'Assertion', color: 'var(--kind-logic)', Icon: ListChecks },
  workflow: { title: 'Workflow', color: 'var(--kind-logic)', Icon: Workflow },
  select: { title: 'Selection', color: 'var(--kind-logic)', Icon: Route },
  approval: { title: 'Approval', color: 'var(--kind-people)', Icon: UserCheck },
  wait: { title: 'Wait', color: 'var(--kind-logic)', Icon: TimerReset },
}

/** The look of a kind; a neutral one where the agent, and so its kind, is unknown. */
export function kindColor(kind: AgentKind | undefined): string {
  return kind ? KIND[kind].color : 'var(--ghost)'
}
