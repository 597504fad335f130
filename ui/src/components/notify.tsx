//! Short messages in the corner.

import { Button, Group } from '@mantine/core'
import { notifications, type NotificationData } from '@mantine/notifications'

import { messageOf } from '@/api/errors'

import { nextStep } from './ErrorPanel'
import { placeMessages } from './messagePlace'

function show(message: NotificationData): string {
  placeMessages()
  return notifications.show(message)
}

/** Something worked that is not visible by itself. */
export function notifyDone(message: string): void {
  show({ message, autoClose: 4_000, withBorder: true })
}

/** Something was done that can be taken back; says so long enough to read and decide. */
export function notifyUndo(message: string, undo: () => unknown): void {
  const id = show({
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <span>{message}</span>
        <Button
          variant="light"
          onClick={() => {
            notifications.hide(id)
            undo()
          }}
          data-testid="undo"
        >
          Undo
        </Button>
      </Group>
    ),
    autoClose: 10_000,
    withBorder: true,
  })
}

/** Something did not work: what, why, and what to do next. */
export function notifyError(title: string, error: unknown): void {
  show({
    title,
    message: [messageOf(error), nextStep(error)].filter(Boolean).join(' '),
    color: 'red',
    autoClose: 12_000,
    withBorder: true,
  })
}

/** Runs `work`; says so when it fails. Answers what it answered, `undefined` after a failure. */
export async function attempt<T>(title: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    notifyError(title, error)
    return undefined
  }
}
