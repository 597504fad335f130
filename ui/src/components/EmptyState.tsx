import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import classes from './panels.module.css'

type Props = {
  Icon: LucideIcon
  title: string
  children: ReactNode
  actions?: ReactNode
  /** It is all there is on the page: its title is the page's. */
  page?: boolean
}

/** Nothing here yet: says what this place is for and what to do next. */
export function EmptyState({ Icon, title, children, actions, page = false }: Props) {
  const Title = page ? 'h1' : 'h2'
  return (
    <div className={classes.panel} data-testid="empty-state">
      <span className={classes.glyph} aria-hidden>
        <Icon size={22} strokeWidth={1.8} />
      </span>
      <Title>{title}</Title>
      <div className={classes.words}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  )
}
