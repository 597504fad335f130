import { Button } from '@mantine/core'
import { Ban, CircleCheck, CircleX, RotateCw, Square } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { isSettled } from '@/api/executions'
import type { ExecutionDetail, StepStatus } from '@/api/types'
import { PayloadView } from '@/components/data/PayloadView'
import { plural } from '@/components/format'
import { Prose } from '@/components/Prose'
import { StatusIcon } from '@/components/StatusIcon'

import { adviceFor } from './advice'
import { inputThatCaused } from './cause'
import { Elapsed } from './Elapsed'
import classes from './execution.module.css'
import { Causes } from './FailureBlock'
import { inFallback } from './paths'
import { progressOf } from './progress'
import { MoreReruns, ResumeButton } from './Reruns'
import { retriesOf, usageText } from './sums'
import { Waiting } from './WaitingBanner'
import { waitingSteps } from './waiting'

type Props = {
  execution: ExecutionDetail
  /** Runs it once more with the same input. */
  onRetry: () => void
  /** Asks to stop it. */
  onStop: () => void
  /** A new execution was begun from this one. */
  onStarted: (id: string) => void
  /** Brings a step into view. */
  onShowStep?: ((id: string) => void) | undefined
  /** A retry has been asked for and not answered. */
  retrying?: boolean
  /** Takes one line until somebody asks for more, for places that are low. */
  compact?: boolean
}

/** Where an execution stands: how far it is while it runs; then how it ended, and what to do next. */
export function ExecutionBanner(props: Props) {
  const { execution, onRetry, onStop, onStarted, onShowStep, retrying = false, compact = false } = props
  if (!isSettled(execution.status))
    return <Running execution={execution} onStop={onStop} onShowStep={onShowStep} compact={compact} />
  const retry = (
    <>
    {execution.status !== 'completed' && <ResumeButton run={execution} onStarted={onStarted} />}
    <Button
      leftSection={<RotateCw size={13} />}
      onClick={onRetry}
      loading={retrying}
      title="A new execution with the same input and the workflow as it was then; what was changed since is not used"
      data-testid="execution-retry"
    >
      {execution.status === 'failed' ? 'Retry' : 'Run again'}
    </Button>
    <MoreReruns run={execution} onStarted={onStarted} />
    </>
  )
  if (execution.status === 'failed')
    return <Failed execution={execution} retry={retry} onShowStep={onShowStep} compact={compact} />
  const cancelled = execution.status === 'cancelled'
  const Icon = cancelled ? Ban : CircleCheck
  const fellBack = execution.nested.some((step) => inFallback(step.path))
  const failed = execution.steps.filter((step) => step.status === 'failed')
  return (
    <div
      className={classes.banner}
      data-status={execution.status}
      data-compact={compact}
      data-testid="execution-banner"
    >
      <Icon size={16} aria-hidden />
      <div className={classes.bannerText}>
        <b>
          {cancelled ? 'Cancelled after ' : fellBack ? 'Completed by the fallback workflow in ' : 'Completed in '}
          <Took execution={execution} />
        </b>
        {!cancelled &&
          failed.slice(0, NAMED).map((step) => (
            <span key={step.id} className={classes.failedStep} data-testid="banner-failed-step">
              <StepLink id={step.path} onShowStep={onShowStep}>
                {step.name}
              </StepLink>{' '}
              failed
            </span>
          ))}
        <span className={classes.quiet}>{summaryOf(execution)}</span>
      </div>
      {retry}
    </div>
  )
}

/** More steps at work than this are counted. */
const NAMED = 2

function Running({
  execution,
  onStop,
  onShowStep,
  compact,
}: Pick<Props, 'execution' | 'onStop' | 'onShowStep' | 'compact'>) {
  const { done, total, share } = progressOf(execution)
  const active = execution.steps.filter((step) => ACTIVE.has(step.status))
  const waiting = waitingSteps(execution)
  if (waiting.length > 0) return <Waiting execution={execution} waiting={waiting} onStop={onStop} onShowStep={onShowStep} compact={compact === true} />
  return (
    <div
      className={classes.banner}
      data-status={execution.status}
      data-compact={compact}
      data-testid="execution-banner"
    >
      <StatusIcon status={execution.status} size={16} silent />
      <div className={classes.bannerText}>
        <b>
          {done} of {plural(total, 'step')} completed
        </b>
        {active.slice(0, NAMED).map((step) => (
          <StepLink key={step.id} id={step.id} onShowStep={onShowStep}>
            {step.name}
          </StepLink>
        ))}
        {active.length > NAMED && <span className={classes.quiet}>and {active.length - NAMED} more</span>}
      </div>
      <div
        className={classes.meter}
        role="progressbar"
        aria-label="Steps completed"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <Button leftSection={<Square size={11} fill="currentColor" />} onClick={onStop} data-testid="execution-stop">
        Stop
      </Button>
    </div>
  )
}

/** What a step is called that has begun and not ended. */
const ACTIVE: ReadonlySet<StepStatus> = new Set(['running', 'waiting', 'queued'])

function Failed({
  execution,
  retry,
  onShowStep,
  compact,
}: Pick<Props, 'execution' | 'onShowStep' | 'compact'> & { retry: ReactNode }) {
  const [details, setDetails] = useState(false)
  const { error } = execution
  const failure = error?.failure ?? execution.failure
  const causes = failure?.causes ?? []
  const cause = inputThatCaused(execution)
  const full = !compact || details
  const hidden = [compact && 'what to do', causes.length > 0 && 'the causes', cause && 'the input'].filter(
    Boolean,
  )
  return (
    <div
      className={classes.banner}
      data-status="failed"
      data-compact={compact && !details}
      data-testid="execution-banner"
    >
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
          <p className={classes.message} title={full ? undefined : failure.message} data-testid="execution-error">
            <Prose text={failure.message} />
          </p>
        )}
        {failure && full && (
          <p className={classes.quiet} data-testid="execution-advice">
            {adviceFor(failure)}
          </p>
        )}
        {hidden.length > 0 && (
          <button
            type="button"
            className={classes.disclose}
            aria-expanded={details}
            onClick={() => setDetails(!details)}
            data-testid="execution-error-details"
          >
            {details ? 'Hide' : 'Show'} {full ? listed(hidden) : 'more'}
          </button>
        )}
        {details && (
          <div className={classes.bannerDetails}>
            <Causes causes={causes} />
            {cause && <PayloadView reference={cause.input} label={cause.where ? `Input that caused it: ${cause.where}` : 'Input that caused it'} />}
          </div>
        )}
      </div>
      {retry}
    </div>
  )
}

/** `a`, `a and b`, `a, b and c`. */
function listed(parts: readonly unknown[]): string {
  const last = parts.at(-1)
  return parts.length < 2 ? String(last) : `${parts.slice(0, -1).join(', ')} and ${last}`
}

function Took({ execution }: { execution: ExecutionDetail }) {
  return (
    <Elapsed from={execution.started_at ?? execution.created_at} to={execution.completed_at ?? execution.created_at} />
  )
}

function StepLink({ id, onShowStep, children }: { id: string; onShowStep?: Props['onShowStep']; children: ReactNode }) {
  if (!onShowStep) return <span>{children}</span>
  return (
    <button type="button" className={classes.link} dir="auto" onClick={() => onShowStep(id)}>
      {children}
    </button>
  )
}

/** `3 of 4 steps · 1 skipped · 1 retry · 450 tokens`. */
function summaryOf(execution: ExecutionDetail): string {
  const skipped = execution.steps.filter((step) => step.status === 'skipped').length
  const failed = execution.steps.filter((step) => step.status === 'failed').length
  const retries = retriesOf(execution.steps)
  const { done, total } = progressOf(execution)
  return [
    `${done} of ${plural(total, 'step')}`,
    failed > 0 && `${failed} failed`,
    skipped > 0 && `${skipped} skipped`,
    retries > 0 && plural(retries, 'retry', 'retries'),
    usageText(execution.usage),
  ]
    .filter(Boolean)
    .join(' · ')
}
