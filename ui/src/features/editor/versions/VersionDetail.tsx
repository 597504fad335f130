import { Button, Group, Modal } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Maximize2, RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'

import { executionsQuery } from '@/api/executions'
import type { VersionSummary } from '@/api/types'
import { restoreVersion, versionQuery } from '@/api/workflows'
import { plural } from '@/components/format'
import { attempt, notifyDone } from '@/components/notify'
import { RelativeTime } from '@/components/RelativeTime'
import { StatusLabel } from '@/components/StatusIcon'
import { since, sinceWords } from '@/graph/since'

import { ReadOnlyCanvas } from '../canvas/ReadOnlyCanvas'
import rows from '../rows.module.css'
import { useEditor, useSession, useUiStore } from '../session/context'
import classes from './versions.module.css'

const RUNS_SHOWN = 8

/** What a version holds, what ran with it, and the way back to it. */
export function VersionDetail({ version }: { version: VersionSummary }) {
  const session = useSession()
  const ui = useUiStore()
  const library = useEditor((state) => state.library)
  const [busy, setBusy] = useState(false)
  const [large, setLarge] = useState(false)
  const document = useQuery(versionQuery(session.id, version.number)).data?.document
  const draft = useEditor((state) => state.document)
  const became = useMemo(() => document && since(document, draft), [document, draft])
  const remarks = useMemo(() => new Map([...(became?.steps ?? [])].map(([id, what]) => [id, `${what} since`])), [became])
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
          <div className={classes.graphHead}>
            <h4>
              {plural(document.steps.length, 'step')}, {plural(document.edges.length, 'wire')}
              {became && sinceWords(became) !== '' && <span> · {sinceWords(became)}</span>}
            </h4>
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<Maximize2 size={12} />}
              onClick={() => setLarge(true)}
              data-testid={`view-version-${version.number}`}
            >
              View
            </Button>
          </div>
          <div className={classes.graph}>
            <ReadOnlyCanvas document={document} library={library} label={`Version ${version.number}`} remarks={remarks} />
          </div>
          {/* It fades in: a canvas that grows while it opens measures its ports wrong. */}
          <Modal
            opened={large}
            onClose={() => setLarge(false)}
            title={titleOf(version)}
            size="min(1160px, 92vw)"
            transitionProps={{ transition: 'fade', duration: 120 }}
            data-testid="version-view"
          >
            {version.note !== undefined && <p className={classes.largeNote}>{version.note}</p>}
            <div className={classes.largeGraph}>
              <ReadOnlyCanvas document={document} library={library} label={`Version ${version.number}`} remarks={remarks} />
            </div>
          </Modal>
        </>
      )}
      <h4>Executions</h4>
      {runs && runs.length === 0 && <p className={classes.quiet}>None of the latest executions ran this version.</p>}
      <ul className={`${rows.list} ${classes.runs}`}>
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
      <p className={classes.hash} title="Two versions with the same fingerprint say the same">
        Fingerprint <code>{version.hash.slice(0, 16)}</code>
      </p>
    </div>
  )
}

function titleOf({ number, label }: VersionSummary): string {
  return [`Version ${number}`, label].filter(Boolean).join(' · ')
}
