import { Button, Menu, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bot, Plus, Search, SearchX } from 'lucide-react'
import { useMemo, useState } from 'react'

import { agentsQuery, kindsQuery, newAgent, putAgent } from '@/api/agents'
import type { KindInfo, LibraryAgent } from '@/api/types'
import { EmptyState } from '@/components/EmptyState'
import { ErrorPanel } from '@/components/ErrorPanel'
import { KindIcon } from '@/components/KindIcon'
import { attempt } from '@/components/notify'
import { Page } from '@/components/Page'
import { Pending } from '@/components/Pending'

import { AgentDetail } from './AgentDetail'
import { AgentList } from './AgentList'
import classes from './agents.module.css'
import { freeId } from './ids'

/** The library: the user's own agents and those that come with Heddle; one of them in detail. */
export function AgentsPage({ chosen }: { chosen: string | undefined }) {
  const library = useQuery(agentsQuery())
  const { data: kinds } = useQuery(kindsQuery())
  const [search, setSearch] = useState('')
  const agents = library.data
  const agent = chosen === undefined ? agents?.[0] : agents?.find((each) => each.agent.id === chosen)

  if (library.error && !agents) {
    return (
      <Page title="Agents">
        <ErrorPanel error={library.error} title="The agents could not be loaded" retry={() => void library.refetch()} />
      </Page>
    )
  }
  if (!agents || !kinds) {
    return (
      <Page title="Agents">
        <Pending />
      </Page>
    )
  }
  return (
    <Page title="Agents" actions={<NewAgent kinds={kinds} agents={agents} />}>
      <div className={classes.split}>
        <aside className={classes.side} aria-label="Library">
          <TextInput
            aria-label="Search agents"
            placeholder="Search agents"
            leftSection={<Search size={14} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            data-testid="agents-search"
          />
          <AgentList agents={agents} search={search} chosen={agent?.agent.id} />
        </aside>
        <section className={classes.detail} aria-label="Agent">
          {agent ? (
            <AgentDetail
              key={`${agent.agent.id}/${agent.origin}`}
              entry={agent}
              kind={kinds.find(({ kind }) => kind === agent.agent.kind)}
              agents={agents}
            />
          ) : chosen !== undefined ? (
            <EmptyState Icon={SearchX} title="There is no such agent">
              It may have been deleted, or the link is old or mistyped.
            </EmptyState>
          ) : (
            <EmptyState Icon={Bot} title="The library is empty">
              Make a new agent, and use it in as many workflows as you like.
            </EmptyState>
          )}
        </section>
      </div>
    </Page>
  )
}

/** Puts a new agent of a kind into the library and shows it. */
function NewAgent({ kinds, agents }: { kinds: readonly KindInfo[]; agents: readonly LibraryAgent[] }) {
  const navigate = useNavigate()
  const taken = useMemo(() => new Set(agents.map(({ agent }) => agent.id ?? '')), [agents])

  async function create(info: KindInfo) {
    // `New script`, but `New SQL` and `New HTTP request`.
    const name = `New ${/^[A-Z]{2}/.test(info.title) ? info.title : info.title.toLowerCase()}`
    const id = freeId(name, taken)
    const saved = await attempt('The agent was not created', () => putAgent(id, { ...newAgent(info), name }))
    if (saved) await navigate({ to: '/agents', search: { agent: id } })
  }

  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button variant="filled" leftSection={<Plus size={14} />} data-testid="new-agent">
          New agent
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((info) => (
          <Menu.Item
            key={info.kind}
            leftSection={<KindIcon kind={info.kind} />}
            onClick={() => void create(info)}
            data-testid={`new-agent-${info.kind}`}
          >
            {info.title}
            <span className={classes.summary}>{info.summary}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
