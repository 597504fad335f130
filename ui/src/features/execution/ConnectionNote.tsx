import { PlugZap } from 'lucide-react'

import { useBackend } from '@/api/backend'

import classes from './execution.module.css'

/** Says that what is shown may be behind, while it may be. That nothing answers at all is said above every page. */
export function ConnectionNote({ lost: behind }: { lost: boolean }) {
  const { gone } = useBackend()
  const lost = behind && !gone
  return (
    <div role="status" aria-live="polite" className={classes.connection} data-lost={lost || undefined}>
      {lost && (
        <span data-testid="execution-behind">
          <PlugZap size={14} aria-hidden />
          What happens to the execution cannot be read at the moment, so this may be behind. It is tried again and again.
        </span>
      )}
    </div>
  )
}
