import type { ExecutionSummary } from '@/api/types'

import { progressOf } from './execution/progress'
import classes from './ProgressBar.module.css'
import { STATUS } from './status'

/** How many of an execution's steps have completed, in the colour of its status. */
export function ProgressBar({ execution }: { execution: ExecutionSummary }) {
  const { done, total, share } = progressOf(execution)
  return (
    <span
      className={classes.track}
      role="progressbar"
      aria-label="Steps completed"
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <span className={classes.bar} style={{ transform: `scaleX(${share})`, background: STATUS[execution.status].color }} />
    </span>
  )
}
