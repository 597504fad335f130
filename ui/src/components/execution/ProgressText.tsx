import { isSettled } from '@/api/executions'
import type { ExecutionSummary } from '@/api/types'
import { StatusIcon } from '@/components/StatusIcon'
import { STATUS } from '@/components/status'

import { Elapsed } from './Elapsed'
import classes from './execution.module.css'
import { PROGRESS_HELP, progressText } from './progress'

/** `Running 15.2 s · 2 of 4`, with the status' icon. */
export function ProgressText({ execution }: { execution: ExecutionSummary }) {
  const { status } = execution
  const between = { completed: ' in ', failed: ' after ', cancelled: ' after ' } as Partial<
    Record<typeof status, string>
  >
  return (
    <span
      className={classes.progress}
      style={{ color: STATUS[status].color }}
      data-status={status}
      data-testid="execution-progress"
    >
      <StatusIcon status={status} silent />
      <span>
        {STATUS[status].label}
        {execution.started_at && (
          <>
            {between[status] ?? ' '}
            <Elapsed from={execution.started_at} to={isSettled(status) ? execution.completed_at : undefined} />
          </>
        )}
      </span>
      <span className={classes.quiet} title={PROGRESS_HELP}>
        · {progressText(execution)}
      </span>
    </span>
  )
}
