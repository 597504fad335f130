//! What can be added to a workflow: a fresh agent of every kind, the examples, and one's own agents.

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { agentsQuery, kindsQuery, newAgent } from '@/api/agents'
import type { AgentKind, KindInfo, LibraryAgent } from '@/api/types'
import type { Addition } from '@/graph/edits/add'
import { summaryOf, type Library } from '@/graph/lookup'

export type LibraryItem = {
  id: string
  name: string
  summary: string
  kind: AgentKind
  addition: Addition
  /** Whether its agent asks for something: it has an input schema that says more than “anything”. */
  demands: boolean
}
export type LibraryGroup = { title: string; items: LibraryItem[] }

/** The groups of the library, empty ones left out. */
export function groupsOf(kinds: readonly KindInfo[], agents: readonly LibraryAgent[]): LibraryGroup[] {
  const groups = new Map<string, LibraryItem[]>([
    ['Language', []],
    ['Data', []],
    ['Logic', []],
    ['Human', []],
    ['Examples', []],
    ['Yours', []],
  ])
  for (const info of kinds) {
    const name = info.title
    groups.get(info.group)?.push({
      id: info.kind,
      name: info.title,
      summary: info.summary,
      kind: info.kind,
      addition: { agent: { ...newAgent(info), name }, name },
      demands: demanding(info.default_input_schema),
    })
  }
  for (const { agent, origin } of agents) {
    if (agent.id === undefined) continue
    const name = agent.name || agent.id
    groups.get(origin === 'yours' ? 'Yours' : 'Examples')?.push({
      id: agent.id,
      name,
      summary: summaryOf(agent),
      kind: agent.kind,
      addition: { agent: agent.id, name },
      demands: demanding(agent.input_schema),
    })
  }
  return [...groups].map(([title, items]) => ({ title: title === 'Human' ? 'People' : title, items })).filter(({ items }) => items.length > 0)
}

function demanding(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && Object.keys(schema).length > 0
}

/** The groups with the items that hold every word of `text`. */
export function filtered(groups: readonly LibraryGroup[], text: string): LibraryGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return groups
    .map(({ title, items }) => ({
      title,
      items: items.filter(({ name, summary, kind }) => {
        const hay = `${name} ${summary} ${kind} ${title}`.toLowerCase()
        return words.every((word) => hay.includes(word))
      }),
    }))
    .filter(({ items }) => items.length > 0)
}

export function useLibraryGroups(): LibraryGroup[] {
  const kinds = useQuery(kindsQuery()).data
  const agents = useQuery(agentsQuery()).data
  return useMemo(() => groupsOf(kinds ?? [], agents ?? []), [kinds, agents])
}

export function libraryOf(agents: readonly LibraryAgent[]): Library {
  return new Map(agents.flatMap((each) => (each.agent.id === undefined ? [] : [[each.agent.id, each]])))
}
