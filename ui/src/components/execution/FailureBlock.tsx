import { CircleAlert } from 'lucide-react'

import type { Failure } from '@/api/types'
import { Prose } from '@/components/Prose'

import { adviceFor, failureTitle } from './advice'
import classes from './execution.module.css'

/** Why an attempt failed: the reason, the message, the chain of causes, and what to do. */
export function FailureBlock({ failure }: { failure: Failure }) {
  return (
    <div className={classes.failure} data-testid="failure">
      <div className={classes.failureTitle}>
        <CircleAlert size={14} aria-hidden />
        {failureTitle(failure.code)}
        {failure.transient && <span className={classes.quiet}>may go away by itself</span>}
      </div>
      <p className={classes.message} data-testid="failure-message">
        <Prose text={failure.message} />
      </p>
      <Causes causes={failure.causes ?? []} />
      <p className={classes.advice} data-testid="failure-advice">
        <b>What to do:</b> {adviceFor(failure)}
      </p>
    </div>
  )
}

/** The chain of causes, outermost first. */
export function Causes({ causes }: { causes: readonly string[] }) {
  if (causes.length === 0) return null
  return (
    <ol className={classes.causes} aria-label="Causes" data-testid="failure-causes">
      {causes.map((cause, index) => (
        <li key={index}>{cause}</li>
      ))}
    </ol>
  )
}
