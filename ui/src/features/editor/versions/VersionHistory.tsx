import { Button, Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { versionsQuery } from '@/api/workflows'
import type { VersionSummary } from '@/api/types'
import { ErrorPanel } from '@/components/ErrorPanel'
import { Pending } from '@/components/Pending'
import { RelativeTime } from '@/components/RelativeTime'

import rows from '../rows.module.css'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import classes from './versions.module.css'
import { VersionDetail } from './VersionDetail'

/** Every saved version: look at it, bring it back, see what ran with it. */
export function VersionHistory() {
  const ui = useUiStore()
  const opened = useUi((state) => state.dialog === 'history')
  return (
    <Drawer
      opened={opened}
      onClose={() => ui.setState({ dialog: null })}
      position="right"
      size={420}
      title="Version history"
      transitionProps={{ duration: 140 }}
    >
      <div data-testid="version-history">
        <Versions />
      </div>
    </Drawer>
  )
}

function Versions() {
  const session = useSession()
  const ui = useUiStore()
  const [chosen, setChosen] = useState<number | null>(null)
  const changed = useEditor((state) => state.changedSinceVersion)
  const { data, error, refetch } = useQuery(versionsQuery(session.id))
  if (error) return <ErrorPanel error={error} title="The versions could not be loaded" retry={() => void refetch()} />
  if (!data) return <Pending />
  if (data.length === 0) {
    return (
      <div className={classes.none}>
        <p>No version yet. Edits are kept one by one anyway; a version is a state with a number that never changes, which can be run and brought back.</p>
        <Button mt="sm" onClick={() => ui.setState({ dialog: 'version' })} data-testid="history-save-version">
          Save version 1
        </Button>
      </div>
    )
  }
  return (
    <ol className={`${rows.list} ${classes.list}`} aria-label="Versions, newest first">
      {changed && (
        <li className={classes.draft}>
          <span>Draft</span>
          <span className={classes.quiet}>edited since version {data[0]?.number}</span>
        </li>
      )}
      {data.map((version) => (
        <Row key={version.number} version={version} open={chosen === version.number} onToggle={() => setChosen(chosen === version.number ? null : version.number)} />
      ))}
    </ol>
  )
}

function Row({ version, open, onToggle }: { version: VersionSummary; open: boolean; onToggle: () => void }) {
  return (
    <li data-testid={`version-${version.number}`}>
      <button type="button" className={`${rows.row} ${classes.row}`} aria-expanded={open} onClick={onToggle}>
        <b>v{version.number}</b>
        {version.label !== undefined && <span className={classes.label}>{version.label}</span>}
        <span className={`${rows.text} ${classes.note}`}>{version.note ?? ''}</span>
        <span className={classes.quiet}>
          <RelativeTime at={version.created_at} />
        </span>
      </button>
      {open && <VersionDetail version={version} />}
    </li>
  )
}
