import { useNavigate } from '@tanstack/react-router'
import { RotateCw, Square, Workflow } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'

import { cancelExecution, isSettled, retryExecution } from '@/api/executions'
import type { ExecutionSummary } from '@/api/types'
import { askToConfirm } from '@/components/confirm'
import { attempt } from '@/components/notify'
import { type PaletteAction, usePaletteActions } from '@/components/palette/registry'

/** Stop, with a question first, and Retry, which leads to the new execution; both also in the palette. `open` leads to one. */
export function useExecutionActions(execution: ExecutionSummary) {
  const { id, workflow_id: workflowId, workflow_name: name, status } = execution
  const navigate = useNavigate()
  const [retrying, setRetrying] = useState(false)

  const open = useCallback((next: string) => void navigate({ to: '/executions/$id', params: { id: next } }), [navigate])

  const retry = useCallback(() => {
    void (async () => {
      setRetrying(true)
      const next = await attempt('The execution was not retried', () => retryExecution({ id, workflow_id: workflowId }))
      setRetrying(false)
      if (next) await navigate({ to: '/executions/$id', params: { id: next.id } })
    })()
  }, [id, workflowId, navigate])

  const stop = useCallback(() => {
    askToConfirm({
      title: 'Stop this execution?',
      body: 'What runs is cut short. What has completed is kept, and Retry starts again with the same input and the workflow as it was.',
      confirm: 'Stop',
      danger: true,
      run: () => attempt('The execution was not stopped', () => cancelExecution(id)),
    })
  }, [id])

  const settled = isSettled(status)
  usePaletteActions(
    useMemo<PaletteAction[]>(() => {
      const group = 'This execution'
      const open = () => void navigate({ to: '/workflows/$id', params: { id: workflowId } })
      return [
        settled
          ? { id: 'execution-retry', group, label: 'Retry: the same input, the workflow as it was', Icon: RotateCw, run: retry }
          : { id: 'execution-stop', group, label: 'Stop', Icon: Square, run: stop },
        { id: 'execution-workflow', group, label: `Open ${name}`, Icon: Workflow, run: open },
      ]
    }, [settled, retry, stop, navigate, workflowId, name]),
  )

  return { retry, retrying, stop, open }
}
