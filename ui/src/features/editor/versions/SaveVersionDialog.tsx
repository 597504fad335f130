import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { CircleAlert, Save } from 'lucide-react'
import { useState } from 'react'

import { diagnosticsOf, messageOf } from '@/api/errors'
import type { Diagnostic } from '@/api/types'
import { saveVersion } from '@/api/workflows'
import { plural } from '@/components/format'
import { notifyDone } from '@/components/notify'
import { Prose } from '@/components/Prose'

import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { openBottom } from '../session/ui'
import classes from './versions.module.css'

/** Names the current state: a counter, and if wanted a label and a note. */
export function SaveVersionDialog() {
  const ui = useUiStore()
  const opened = useUi((state) => state.dialog === 'version')
  const next = useEditor((state) => (state.latestVersion?.number ?? 0) + 1)
  return (
    <Modal opened={opened} onClose={() => ui.setState({ dialog: null })} title={`Save version ${next}`} size="md">
      <div data-testid="version-dialog">
        <SaveVersionForm next={next} />
      </div>
    </Modal>
  )
}

function SaveVersionForm({ next }: { next: number }) {
  const session = useSession()
  const ui = useUiStore()
  const cycles = useEditor((state) => state.cycles)
  const diagnostics = useEditor((state) => state.diagnostics)
  const unchanged = useEditor((state) => state.latestVersion !== undefined && !state.changedSinceVersion)
  const [label, setLabel] = useState('')
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<{ message: string; found: Diagnostic[] } | null>(null)
  const known = diagnostics.filter((each) => each.severity === 'error')
  const reasons =
    known.length > 0
      ? known.map((each) => each.message)
      : cycles.map((cycle) => `These steps wait for each other: ${[...cycle.steps, cycle.steps[0]].join(' → ')}.`)

  const save = async () => {
    setBusy(true)
    setRefused(null)
    try {
      if (!(await session.saver.settled())) throw new Error('The latest edits are not saved yet; settle the banner at the top first.')
      const names = { ...(label.trim() !== '' && { label: label.trim() }), ...(note.trim() !== '' && { note: note.trim() }) }
      const version = await saveVersion(session.id, names)
      session.store.setState({ latestVersion: version, changedSinceVersion: false })
      ui.setState({ dialog: null, announcement: `Version ${version.number} saved` })
      notifyDone(`Version ${version.number} is saved.`)
    } catch (error) {
      setRefused({ message: messageOf(error), found: diagnosticsOf(error) })
    } finally {
      setBusy(false)
    }
  }
  const show = () => {
    ui.setState({ dialog: null })
    openBottom(ui, 'problems')
  }

  if (reasons.length > 0) {
    return (
      <div data-testid="version-blocked" role="alert">
        <p className={classes.blocked}>
          <CircleAlert size={15} aria-hidden /> A version has to be able to run. {plural(reasons.length, 'problem')} first:
        </p>
        <ul className={classes.reasons}>
          {reasons.slice(0, 5).map((reason) => (
            <li key={reason}>
              <Prose text={reason} />
            </li>
          ))}
        </ul>
        <p className={classes.quiet}>Every edit is kept all the same; only naming a version waits.</p>
        <Group justify="flex-end" mt="md" gap="sm">
          <Button onClick={() => ui.setState({ dialog: null })}>Close</Button>
          <Button variant="filled" onClick={show} data-testid="version-show-problems">
            Show the problems
          </Button>
        </Group>
      </div>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <p className={classes.quiet}>
        {unchanged ? 'Nothing has changed since the last version. Saving names the same state once more.' : `This state becomes version ${next} and never changes again. Editing goes on.`}
      </p>
      <TextInput
        mt="sm"
        label="Label"
        placeholder="e.g. 1.4.0"
        value={label}
        onChange={(event) => setLabel(event.target.value)}
        data-testid="version-label"
      />
      <Textarea
        mt="sm"
        label="Note"
        placeholder="What is new, and why"
        autosize
        minRows={3}
        maxRows={10}
        data-autofocus
        value={note}
        onChange={(event) => setNote(event.target.value)}
        data-testid="version-note"
      />
      {refused && (
        <div className={classes.refused} role="alert" data-testid="version-refused">
          {refused.message}
          {refused.found.length > 0 && (
            <ul className={classes.reasons}>
              {refused.found.slice(0, 5).map((each) => (
                <li key={each.message}>{each.message}</li>
              ))}
            </ul>
          )}
        </div>
      )}
      <Group justify="flex-end" mt="md" gap="sm">
        <Button onClick={() => ui.setState({ dialog: null })}>Cancel</Button>
        <Button type="submit" variant="filled" loading={busy} leftSection={<Save size={14} />} data-testid="version-save">
          Save version {next}
        </Button>
      </Group>
    </form>
  )
}
