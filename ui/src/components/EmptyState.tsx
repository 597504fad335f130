import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import classes from './panels.module.css'

/** Nothing here yet: says what this place is for and what to do next. */
export function EmptyState(props: { Icon: LucideIcon; title: string; children: ReactNode; actions?: ReactNode }) {
  const { Icon, title, children, actions } = props
  return (
    <div className={classes.panel} data-testid="empty-state">
      <span className={classes.glyph} aria-hidden>
        <Icon size={22} strokeWidth={1.8} />
      </span>
      <h2>{title}</h2>
      <div className={classes.words}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
