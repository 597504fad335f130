import { Button, Group, Modal, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'

/** Asks before changes are left behind, when another page is opened or the window is closed. `what` has been changed. */
export function LeaveQuestion({ dirty, what }: { dirty: boolean; what: string }) {
  const leaving = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true })
  const blocked = leaving.status === 'blocked'
  return (
    <Modal opened={blocked} onClose={() => leaving.reset?.()} title="Leave without saving?" size="sm" data-testid="leave-question">
      <Text c="dimmed">Your changes to {what} have not been saved.</Text>
      <Group justify="flex-end" mt="md" gap="sm">
        <Button onClick={() => leaving.reset?.()} data-testid="leave-stay">
          Stay
        </Button>
        <Button variant="filled" color="red" onClick={() => leaving.proceed?.()} data-testid="leave-discard">
          Discard and leave
        </Button>
      </Group>
    </Modal>
  )
}
