import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'

import type { WorkflowSummary } from '@/api/types'
import { rename } from '@/components/workflow-actions'

type Props = { workflow: WorkflowSummary | undefined; onClose: () => void }

export function RenameDialog({ workflow, onClose }: Props) {
  return (
    <Modal opened={workflow !== undefined} onClose={onClose} title="Rename workflow" size="sm">
      {workflow && <RenameForm workflow={workflow} onClose={onClose} />}
    </Modal>
  )
}

function RenameForm({ workflow, onClose }: { workflow: WorkflowSummary; onClose: () => void }) {
  const [name, setName] = useState(workflow.name)
  const [busy, setBusy] = useState(false)
  const trimmed = name.trim()

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (trimmed === '') return
    setBusy(true)
    if (trimmed !== workflow.name) await rename(workflow, trimmed)
    onClose()
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={trimmed === '' ? 'Give it a name.' : undefined}
        data-autofocus
        data-testid="rename-name"
      />
      <Group justify="flex-end" mt="md" gap="sm">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={trimmed === ''} loading={busy} data-testid="rename-save">
          Rename
        </Button>
      </Group>
    </form>
  )
}
