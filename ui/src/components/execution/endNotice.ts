//! A notice at the end of a long execution, for whoever started it and went on to something else.

import { isSettled } from '@/api/executions'
import type { ExecutionSummary } from '@/api/types'
import { formatDuration } from '@/components/format'
import { STATUS } from '@/components/status'
import { notifyAway } from '@/desktop/notice'

/** From this long on an execution is one that people do not sit and wait for, in milliseconds. */
const LONG_MS = 10_000

type Watched = Pick<ExecutionSummary, 'id' | 'status' | 'workflow_name' | 'started_at' | 'completed_at' | 'failure'>

/** Gives a function to be shown an execution whenever it changes; it tells of the end of those it has seen running. */
export function watchForEnd(): (execution: Watched | undefined) => void {
  let running: string | undefined
  return (execution) => {
    if (execution === undefined) return
    if (!isSettled(execution.status)) {
      running = execution.id
      return
    }
    if (running !== execution.id) return
    running = undefined
    const { started_at: from, completed_at: to } = execution
    const took = from !== undefined && to !== undefined ? Date.parse(to) - Date.parse(from) : 0
    if (took < LONG_MS) return
    const how = STATUS[execution.status].label
    notifyAway(execution.workflow_name, `${how} after ${formatDuration(took)}. ${execution.failure?.message ?? ''}`.trim())
  }
}
