import type { ReactNode } from 'react'

import { useTitle } from '@/desktop/window'

import classes from './Page.module.css'

type Props = {
  title: string
  /** Beside the title, on the right. */
  actions?: ReactNode
  /** Filters and search, under the title; stays when the page scrolls. */
  toolbar?: ReactNode
  children: ReactNode
}

/** A page beside the editor: title, actions, a toolbar, and the content below them. */
export function Page({ title, actions, toolbar, children }: Props) {
  useTitle(title)
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.top}>
          <h1>{title}</h1>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
        {toolbar && <div className={classes.toolbar}>{toolbar}</div>}
      </header>
      <div className={classes.content}>{children}</div>
    </div>
  )
}
