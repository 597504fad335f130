import type { ExecutionStatus } from '@/api/types'

import classes from './ProgressBar.module.css'
import { STATUS } from './status'

/** How many of an execution's steps are done, in the colour of its status. */
export function ProgressBar({ status, done, total }: { status: ExecutionStatus; done: number; total: number }) {
  const share = total > 0 ? Math.min(done / total, 1) : 0
  return (
    <span
      className={classes.track}
      role="progressbar"
      aria-label="Steps done"
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <span className={classes.bar} style={{ transform: `scaleX(${share})`, background: STATUS[status].color }} />
    </span>
  )
}
