import { PlugZap } from 'lucide-react'

import classes from './execution.module.css'

/** Says that what is shown may be behind, while it may be. */
export function ConnectionNote({ lost }: { lost: boolean }) {
  return (
    <div role="status" aria-live="polite" className={classes.connection} data-lost={lost || undefined}>
      {lost && (
        <span data-testid="connection-lost">
          <PlugZap size={14} aria-hidden />
          The connection to Heddle is lost. The execution goes on without this page; it is looked for again and again.
        </span>
      )}
    </div>
  )
}
