import { Button, Group } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'

import { executionsQuery } from '@/api/executions'
import type { VersionSummary } from '@/api/types'
import { restoreVersion, versionQuery } from '@/api/workflows'
import { plural } from '@/components/format'
import { KindIcon } from '@/components/KindIcon'
import { attempt, notifyDone } from '@/components/notify'
import { RelativeTime } from '@/components/RelativeTime'
import { StatusLabel } from '@/components/StatusIcon'
import { agentOf, nameOf } from '@/graph/lookup'
import { order } from '@/graph/walk'

import { useEditor, useSession, useUiStore } from '../session/context'
import classes from './versions.module.css'

const RUNS_SHOWN = 8

/** What a version holds, what ran with it, and the way back to it. */
export function VersionDetail({ version }: { version: VersionSummary }) {
  const session = useSession()
  const ui = useUiStore()
  const library = useEditor((state) => state.library)
  const [busy, setBusy] = useState(false)
  const document = useQuery(versionQuery(session.id, version.number)).data?.document
  const pages = useInfiniteQuery(executionsQuery({ workflow: session.id })).data?.pages
  const runs = pages?.flatMap((page) => page.executions).filter((run) => run.version === version.number)

  const restore = async () => {
    setBusy(true)
    const draft = await attempt('The version could not be brought back', async () => {
      await session.saver.settled()
      return restoreVersion(session.id, version.number)
    })
    setBusy(false)
    if (!draft) return
    session.adopt(draft)
    ui.setState({ dialog: null })
    notifyDone(`The draft is version ${version.number} again. Undo takes that back.`)
  }

  return (
    <div className={classes.detail}>
      {version.note !== undefined && <p>{version.note}</p>}
      {document && (
        <>
          <h4>{plural(document.steps.length, 'step')}</h4>
          <ul className={classes.steps}>
            {order(document)
              .slice(0, 12)
              .map((id) => {
                const step = document.steps.find((each) => each.id === id)
                const agent = step && agentOf(document, step, library)
                return (
                  <li key={id}>
                    <KindIcon kind={agent?.kind} size={18} /> {step ? nameOf(step, agent) : id}
                  </li>
                )
              })}
            {document.steps.length > 12 && <li className={classes.quiet}>{document.steps.length - 12} more</li>}
          </ul>
        </>
      )}
      <h4>Executions</h4>
      {runs && runs.length === 0 && <p className={classes.quiet}>None of the latest executions ran this version.</p>}
      <ul className={classes.runs}>
        {runs?.slice(0, RUNS_SHOWN).map((run) => (
          <li key={run.id}>
            <Link to="/executions/$id" params={{ id: run.id }}>
              <StatusLabel status={run.status} />
              <span className={classes.quiet}>
                <RelativeTime at={run.created_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <Group mt="sm">
        <Button leftSection={<RotateCcw size={13} />} loading={busy} onClick={() => void restore()} data-testid={`restore-version-${version.number}`}>
          Bring this state back
        </Button>
      </Group>
      <p className={`${classes.quiet} mono`}>{version.hash.slice(0, 16)}</p>
    </div>
  )
}
