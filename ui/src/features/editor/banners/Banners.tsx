import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { CloudOff, GitBranch, History } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { queryClient } from '@/api/queryClient'
import { importWorkflow, workflowQuery } from '@/api/workflows'
import type { Workflow } from '@/api/types'
import { plural } from '@/components/format'
import { attempt } from '@/components/notify'

import { clearAside, readAside } from '../session/backup'
import { useEditor, useSession } from '../session/context'
import classes from './Banners.module.css'

/** What stands between the person and a saved workflow, with the ways out. */
export function Banners({ left }: { left: 'none' | 'ours' | 'conflict' }) {
  const save = useEditor((state) => state.save)
  return (
    <>
      {save.is === 'conflict' && <Conflict />}
      {save.is === 'retrying' && <Retrying why={save.why} />}
      {save.is === 'refused' && (
        <Banner tone="bad" id="refused" Icon={CloudOff} title="The last edit could not be saved.">
          {save.why} Undo it or change it; everything before it is kept.
        </Banner>
      )}
      {left !== 'none' && <LeftBehind left={left} />}
    </>
  )
}

function Retrying({ why }: { why: string }) {
  const session = useSession()
  return (
    <Banner
      tone="warn"
      id="retrying"
      Icon={CloudOff}
      title="Edits are waiting."
      actions={
        <Button onClick={() => session.saver.retryNow()} data-testid="banner-retry-now">
          Try now
        </Button>
      }
    >
      {plural(session.saver.pending(), 'edit')} not saved yet, kept in this window and its storage until it is back. {why}
    </Banner>
  )
}

/** Takes theirs, or makes a workflow of its own from ours first. */
function useWaysOut() {
  const session = useSession()
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const theirs = async () => {
    const draft = await queryClient.fetchQuery({ ...workflowQuery(session.id), staleTime: 0 })
    session.adopt(draft, true)
  }
  const copy = async (document: Workflow) => {
    const made = await importWorkflow({ ...document, name: `${document.name} (my copy)` })
    await theirs()
    await navigate({ to: '/workflows/$id', params: { id: made.document.id } })
  }
  const during = (title: string, work: () => Promise<void>) => async () => {
    setBusy(true)
    await attempt(title, work)
    setBusy(false)
  }
  return { busy, theirs, copy, during }
}

function Conflict() {
  const session = useSession()
  const { busy, theirs, copy, during } = useWaysOut()
  return (
    <Banner
      tone="warn"
      id="conflict"
      Icon={GitBranch}
      title="This workflow was changed elsewhere."
      actions={
        <>
          <Button disabled={busy} onClick={during('The other state could not be loaded', theirs)} data-testid="banner-reload-theirs">
            Reload theirs
          </Button>
          <Button
            variant="light"
            disabled={busy}
            onClick={during('Your copy could not be made', () => copy(session.store.getState().document))}
            data-testid="banner-keep-copy"
          >
            Keep mine as a copy
          </Button>
        </>
      }
    >
      Your edits since then are not saved over it; they are all still here.
    </Banner>
  )
}

/** Edits found in the browser's storage: the window closed before the backend had them. */
function LeftBehind({ left }: { left: 'ours' | 'conflict' }) {
  const session = useSession()
  const [backup, setBackup] = useState(() => readAside(session.id))
  const { busy, copy, during } = useWaysOut()
  if (!backup) return null
  const drop = () => {
    clearAside(session.id)
    setBackup(null)
  }
  const take = () => {
    session.apply({ label: 'Recover edits', document: backup.document })
    drop()
  }
  return (
    <Banner
      tone="warn"
      id="recovered"
      Icon={History}
      title={`${plural(backup.edits, 'edit')} from before had not been saved.`}
      actions={
        <>
          {left === 'ours' && (
            <Button variant="light" onClick={take} data-testid="banner-recover">
              Take them over
            </Button>
          )}
          <Button
            disabled={busy}
            onClick={during('Your copy could not be made', async () => {
              await copy(backup.document)
              clearAside(session.id)
            })}
            data-testid="banner-recover-copy"
          >
            Open them as a copy
          </Button>
          <Button variant="subtle" color="gray" onClick={drop} data-testid="banner-recover-drop">
            Discard
          </Button>
        </>
      }
    >
      {left === 'ours' ? 'Nothing has changed since.' : 'The workflow has been changed since.'}
    </Banner>
  )
}

type BannerProps = {
  tone: 'warn' | 'bad'
  id: string
  Icon: typeof CloudOff
  title: string
  actions?: ReactNode
  children: ReactNode
}

function Banner({ tone, id, Icon, title, actions, children }: BannerProps) {
  return (
    <div className={classes.banner} data-tone={tone} role="alert" data-messages-below="banner" data-testid={`banner-${id}`}>
      <Icon size={16} aria-hidden />
      <p>
        <b>{title}</b> {children}
      </p>
      {actions}
    </div>
  )
}
