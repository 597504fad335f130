import { Button, Group } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Copy, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { deleteAgent, putAgent } from '@/api/agents'
import { toJson } from '@/api/json'
import type { Agent, KindInfo, LibraryAgent } from '@/api/types'
import { KindIcon } from '@/components/KindIcon'
import { KIND } from '@/components/kinds'
import { LeaveQuestion } from '@/components/LeaveQuestion'
import { attempt, notifyDone, notifyUndo } from '@/components/notify'

import { AgentEditor } from './AgentEditor'
import { AgentView } from './AgentView'
import classes from './agents.module.css'
import { copyName, freeId } from './ids'

type Props = { entry: LibraryAgent; kind: KindInfo | undefined; agents: readonly LibraryAgent[] }

/** One agent: read if it is built in, edited if it is the user's. */
export function AgentDetail({ entry: { agent, origin }, kind, agents }: Props) {
  const navigate = useNavigate()
  const [draft, setDraft] = useState<Agent>()
  const dirty = draft !== undefined && toJson(draft) !== toJson(agent)
  const id = agent.id ?? ''
  const name = agent.name || id

  async function save() {
    if (!draft) return
    const saved = await attempt(`${name} was not saved`, () => putAgent(id, draft))
    if (saved) setDraft(undefined)
  }

  async function duplicate() {
    const copy = copyName(name, new Set(agents.map((each) => each.agent.name ?? '')))
    const copyId = freeId(copy, new Set(agents.map((each) => each.agent.id ?? '')))
    const saved = await attempt(`${name} was not duplicated`, () => putAgent(copyId, { ...agent, name: copy }))
    if (saved) await navigate({ to: '/agents', search: { agent: copyId } })
  }

  async function remove() {
    const gone = await attempt(`${name} was not deleted`, async () => {
      await deleteAgent(id)
      return true
    })
    if (!gone) return
    setDraft(undefined)
    notifyUndo(`“${name}” was deleted. Workflows that use it carry a copy once they are saved as a version.`, async () => {
      if (await attempt(`${name} was not restored`, () => putAgent(id, agent))) notifyDone(`“${name}” is back.`)
    })
    await navigate({ to: '/agents', search: {} })
  }

  return (
    <>
      <header className={classes.head}>
        <KindIcon kind={agent.kind} size={36} />
        <div className={classes.heading}>
          <h2>{name}</h2>
          <p>
            {kind?.title ?? KIND[agent.kind].title} · <span className="mono">{id}</span>
            {origin === 'built_in' && ' · comes with Heddle'}
          </p>
        </div>
        <Group gap="sm" ml="auto" wrap="nowrap">
          {dirty && (
            <>
              <Button onClick={() => setDraft(undefined)} data-testid="agent-discard">
                Discard
              </Button>
              <Button variant="filled" onClick={() => void save()} data-testid="agent-save">
                Save
              </Button>
            </>
          )}
          <Button leftSection={<Copy size={14} />} onClick={() => void duplicate()} data-testid="agent-duplicate">
            {origin === 'yours' ? 'Duplicate' : 'Copy to yours'}
          </Button>
          {origin === 'yours' && (
            <Button leftSection={<Trash2 size={14} />} onClick={() => void remove()} data-testid="agent-delete">
              Delete
            </Button>
          )}
        </Group>
      </header>
      {origin === 'yours' ? (
        <AgentEditor agent={draft ?? agent} kind={kind} onChange={setDraft} />
      ) : (
        <AgentView agent={agent} kind={kind} />
      )}
      <LeaveQuestion dirty={dirty} what={`“${name}”`} />
    </>
  )
}
