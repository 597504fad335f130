import { Button } from '@mantine/core'
import { ZapOff } from 'lucide-react'
import { useState } from 'react'

import { startExecution } from '@/api/executions'
import { parseJson } from '@/api/json'
import { fetchPayloadText } from '@/api/payloads'
import type { ExecutionDetail } from '@/api/types'
import { attempt } from '@/components/notify'

type Props = { execution: ExecutionDetail; onStarted: (id: string) => void }

/** For a step whose answer came from the cache: the same input once more, and every agent is asked. */
export function AskAgain({ execution, onStarted }: Props) {
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    const next = await attempt('The execution was not started', async () => {
      const input = parseJson(await fetchPayloadText(execution.input.hash))
      const { workflow_id: workflow, mode, version } = execution
      return startExecution(workflow, { input, mode, ...(version !== undefined && { version }), options: { bypass_cache: true } })
    })
    setBusy(false)
    if (next) onStarted(next.id)
  }
  return (
    <Button
      leftSection={<ZapOff size={13} />}
      loading={busy}
      onClick={() => void run()}
      title={execution.version === undefined ? 'The workflow as it is now, with the same input' : 'The same version with the same input'}
      data-testid="ask-again"
    >
      Run without the cache
    </Button>
  )
}
