import { STATUS, type AnyStatus } from './status'
import classes from './status.module.css'

/** The icon of a status; named for screen readers unless the word stands beside it. */
export function StatusIcon({ status, size = 14, silent = false }: { status: AnyStatus; size?: number; silent?: boolean }) {
  const { label, color, Icon, spins } = STATUS[status]
  const named = silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label }
  return <Icon size={size} color={color} strokeWidth={2.4} className={spins ? classes.spins : undefined} {...named} />
}

/** Icon and word. */
export function StatusLabel({ status }: { status: AnyStatus }) {
  return (
    <span className={classes.label} style={{ color: STATUS[status].color }} data-status={status}>
      <StatusIcon status={status} silent />
      {STATUS[status].label}
    </span>
  )
}
