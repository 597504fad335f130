//! Short messages in the corner.

import { notifications } from '@mantine/notifications'

import { messageOf } from '@/api/errors'

import { nextStep } from './ErrorPanel'

/** Something worked that is not visible by itself. */
export function notifyDone(message: string): void {
  notifications.show({ message, autoClose: 4_000, withBorder: true })
}

/** Something did not work: what, why, and what to do next. */
export function notifyError(title: string, error: unknown): void {
  notifications.show({
    title,
    message: `${messageOf(error)} ${nextStep(error)}`,
    color: 'red',
    autoClose: 10_000,
    withBorder: true,
  })
}

/** Runs `work`; says so when it fails. Answers whether it worked. */
export async function attempt(title: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    notifyError(title, error)
    return false
  }
}
