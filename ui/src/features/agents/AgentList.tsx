import { Link } from '@tanstack/react-router'

import type { LibraryAgent } from '@/api/types'
import { KindIcon } from '@/components/KindIcon'
import { KIND } from '@/components/kinds'

import classes from './agents.module.css'

type Props = { agents: readonly LibraryAgent[]; search: string; chosen: string | undefined }

export function AgentList({ agents, search, chosen }: Props) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = agents.filter(({ agent }) => {
    const text = `${agent.name} ${agent.description} ${agent.id} ${KIND[agent.kind].title}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  if (found.length === 0) return <p className={classes.nothing}>No agent matches.</p>
  return (
    <nav aria-label="Agents">
      <Group title="Yours" agents={found.filter(({ origin }) => origin === 'yours')} chosen={chosen} />
      <Group title="Built in" agents={found.filter(({ origin }) => origin === 'built_in')} chosen={chosen} />
    </nav>
  )
}

function Group({ title, agents, chosen }: { title: string; agents: LibraryAgent[]; chosen: string | undefined }) {
  if (agents.length === 0) return null
  return (
    <section className={classes.group}>
      <h2>{title}</h2>
      <ul>
        {agents.map(({ agent, origin }) => (
          <li key={`${agent.id}/${origin}`}>
            <Link
              to="/agents"
              search={{ agent: agent.id ?? '' }}
              className={classes.entry}
              aria-current={agent.id === chosen ? 'true' : undefined}
              data-testid={`agent-${agent.id}`}
            >
              <KindIcon kind={agent.kind} />
              <span>
                <span className={classes.name}>{agent.name || agent.id}</span>
                <span className={classes.line}>{agent.description || KIND[agent.kind].title}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
