//! Asking before something that cannot be undone. What can be undone is done at once, with an Undo.

import { Button, Group, Modal, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { create } from 'zustand'

type Question = { title: string; body: ReactNode; confirm: string; danger?: boolean; run: () => unknown }

const useQuestion = create<{ question: Question | undefined }>(() => ({ question: undefined }))

/** Asks; `run` is called when the person agrees, and the dialog stays until it is done. */
export function askToConfirm(question: Question): void {
  useQuestion.setState({ question })
}

/** Mounted once by the shell. */
export function ConfirmDialog() {
  const question = useQuestion((state) => state.question)
  const [busy, setBusy] = useState(false)
  const close = () => useQuestion.setState({ question: undefined })

  async function agree() {
    setBusy(true)
    try {
      await question?.run()
    } finally {
      setBusy(false)
      close()
    }
  }

  return (
    <Modal opened={question !== undefined} onClose={close} title={question?.title} size="sm" data-testid="confirm-dialog">
      <Text c="dimmed">{question?.body}</Text>
      <Group justify="flex-end" mt="md" gap="sm">
        <Button onClick={close} data-autofocus={question?.danger} data-testid="confirm-cancel">
          Cancel
        </Button>
        <Button
          variant="filled"
          {...(question?.danger && { color: 'red' })}
          loading={busy}
          onClick={() => void agree()}
          data-autofocus={!question?.danger}
          data-testid="confirm-agree"
        >
          {question?.confirm}
        </Button>
      </Group>
    </Modal>
  )
}
