import { ActionIcon, Button, Menu } from '@mantine/core'
import { Ellipsis, Rewind, StepForward } from 'lucide-react'
import { useState } from 'react'

import { replayExecution, resumeExecution, type Run } from '@/api/executions'
import { attempt } from '@/components/notify'

type Props = { run: Run; onStarted: (id: string) => void }

/** Goes on from the last good step. */
export function ResumeButton({ run, onStarted }: Props) {
  const [busy, setBusy] = useState(false)
  const resume = async () => {
    setBusy(true)
    const next = await attempt('The execution was not resumed', () => resumeExecution(run))
    setBusy(false)
    if (next) onStarted(next.id)
  }
  return (
    <Button
      leftSection={<StepForward size={13} />}
      onClick={() => void resume()}
      loading={busy}
      title="From the last good step, with the workflow as it was then; what had completed is taken over"
      data-testid="execution-resume"
    >
      Resume
    </Button>
  )
}

/** Ways to run an execution again that are wanted less often. */
export function MoreReruns({ run, onStarted }: Props) {
  const replay = async () => {
    const next = await attempt('The execution was not replayed', () => replayExecution(run))
    if (next) onStarted(next.id)
  }
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon aria-label="More ways to run it again" data-testid="execution-more">
          <Ellipsis size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Rewind size={14} />} onClick={() => void replay()} data-testid="execution-replay">
          Replay
          <br />
          <small>The same once more, with every answer from the record; nothing is called</small>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
