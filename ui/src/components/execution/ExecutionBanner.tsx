import { Button } from '@mantine/core'
import { Ban, CircleCheck, CircleX, RotateCw, Square } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { isSettled } from '@/api/executions'
import type { ExecutionDetail } from '@/api/types'
import { PayloadView } from '@/components/data/PayloadView'
import { plural } from '@/components/format'
import { StatusIcon } from '@/components/StatusIcon'

import { adviceFor } from './advice'
import { Elapsed } from './Elapsed'
import classes from './execution.module.css'
import { Causes } from './FailureBlock'
import { retriesOf, usageText } from './sums'

type Props = {
  execution: ExecutionDetail
  /** Runs it once more with the same input. */
  onRetry: () => void
  /** Asks to stop it. */
  onStop: () => void
  /** Brings a step into view. */
  onShowStep?: ((id: string) => void) | undefined
  /** A retry has been asked for and not answered. */
  retrying?: boolean
}

/** Where an execution stands: how far it is while it runs; then how it ended, and what to do next. */
export function ExecutionBanner({ execution, onRetry, onStop, onShowStep, retrying = false }: Props) {
  if (!isSettled(execution.status)) return <Running execution={execution} onStop={onStop} onShowStep={onShowStep} />
  const retry = (
    <Button
      leftSection={<RotateCw size={13} />}
      onClick={onRetry}
      loading={retrying}
      title="The same input and document, as a new execution"
      data-testid="execution-retry"
    >
      {execution.status === 'failed' ? 'Retry' : 'Run again'}
    </Button>
  )
  if (execution.status === 'failed') return <Failed execution={execution} retry={retry} onShowStep={onShowStep} />
  const cancelled = execution.status === 'cancelled'
  const Icon = cancelled ? Ban : CircleCheck
  return (
    <div className={classes.banner} data-status={execution.status} data-testid="execution-banner">
      <Icon size={16} aria-hidden />
      <div className={classes.bannerText}>
        <b>
          {cancelled ? 'Cancelled after ' : 'Completed in '}
          <Took execution={execution} />
        </b>
        <span className={classes.quiet}>{summaryOf(execution)}</span>
      </div>
      {retry}
    </div>
  )
}

function Running({ execution, onStop, onShowStep }: Pick<Props, 'execution' | 'onStop' | 'onShowStep'>) {
  const { settled_steps: done, total_steps: total, current_step: current } = execution
  return (
    <div className={classes.banner} data-status={execution.status} data-testid="execution-banner">
      <StatusIcon status={execution.status} size={16} silent />
      <div className={classes.bannerText}>
        <b>
          {done} of {plural(total, 'step')} done
        </b>
        {current !== undefined && (
          <StepLink id={current} onShowStep={onShowStep}>
            {execution.steps.find((step) => step.id === current)?.name ?? current}
          </StepLink>
        )}
      </div>
      <div
        className={classes.meter}
        role="progressbar"
        aria-label="Steps done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <i style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }} />
      </div>
      <Button leftSection={<Square size={11} fill="currentColor" />} onClick={onStop} data-testid="execution-stop">
        Stop
      </Button>
    </div>
  )
}

function Failed({ execution, retry, onShowStep }: Pick<Props, 'execution' | 'onShowStep'> & { retry: ReactNode }) {
  const [details, setDetails] = useState(false)
  const { error } = execution
  const failure = error?.failure ?? execution.failure
  const causes = failure?.causes ?? []
  return (
    <div className={classes.banner} data-status="failed" data-testid="execution-banner">
      <CircleX size={16} aria-hidden />
      <div className={classes.bannerText} data-block>
        <div>
          <b>
            {error ? (
              <>
                Failed at step {error.position} of {error.total}:{' '}
                <StepLink id={error.step} onShowStep={onShowStep}>
                  {error.step_name}
                </StepLink>
              </>
            ) : (
              'Failed'
            )}
          </b>
          <span className={classes.quiet}>
            {' '}
            after <Took execution={execution} />
            {error && error.attempt > 1 && `, attempt ${error.attempt}`}
          </span>
        </div>
        {failure && (
          <>
            <p className={classes.message} data-testid="execution-error">
              {failure.message}
            </p>
            <p className={classes.quiet} data-testid="execution-advice">
              {adviceFor(failure)}
            </p>
          </>
        )}
        {(causes.length > 0 || error?.input) && (
          <button
            type="button"
            className={classes.disclose}
            aria-expanded={details}
            onClick={() => setDetails(!details)}
            data-testid="execution-error-details"
          >
            {details ? 'Hide' : 'Show'}{' '}
            {[causes.length > 0 && 'the causes', error?.input && 'the input'].filter(Boolean).join(' and ')}
          </button>
        )}
        {details && (
          <div className={classes.bannerDetails}>
            <Causes causes={causes} />
            {error?.input && <PayloadView reference={error.input} label="Input that caused it" />}
          </div>
        )}
      </div>
      {retry}
    </div>
  )
}

function Took({ execution }: { execution: ExecutionDetail }) {
  return (
    <Elapsed from={execution.started_at ?? execution.created_at} to={execution.completed_at ?? execution.created_at} />
  )
}

function StepLink({ id, onShowStep, children }: { id: string; onShowStep?: Props['onShowStep']; children: ReactNode }) {
  if (!onShowStep) return <span>{children}</span>
  return (
    <button type="button" className={classes.link} onClick={() => onShowStep(id)}>
      {children}
    </button>
  )
}

/** `3 of 4 steps · 1 skipped · 1 retry · 450 tokens`. */
function summaryOf(execution: ExecutionDetail): string {
  const skipped = execution.steps.filter((step) => step.status === 'skipped').length
  const retries = retriesOf(execution.steps)
  return [
    `${execution.completed_steps} of ${plural(execution.total_steps, 'step')}`,
    skipped > 0 && `${skipped} skipped`,
    retries > 0 && plural(retries, 'retry', 'retries'),
    usageText(execution.usage),
  ]
    .filter(Boolean)
    .join(' · ')
}
