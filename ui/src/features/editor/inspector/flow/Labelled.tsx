import type { ReactNode } from 'react'

import classes from './flow.module.css'

/** An input that has no label of its own to show, under one. */
export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.labelled}>
      <span aria-hidden>{label}</span>
      {children}
    </div>
  )
}
