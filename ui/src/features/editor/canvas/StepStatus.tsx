import { CircleAlert, RotateCw, TriangleAlert } from 'lucide-react'

import type { Step, StepView } from '@/api/types'
import { Duration } from '@/components/Duration'
import { formatCost, plural } from '@/components/format'
import { StatusIcon } from '@/components/StatusIcon'
import { STATUS } from '@/components/status'

import classes from './StepCard.module.css'

type Props = { step: Step; run: StepView | undefined; missing: boolean; trouble: string | undefined }

/** The last line of a node: how it fares in the run that is shown, else what is worth knowing before one. */
export function StepStatus({ step, run, missing, trouble }: Props) {
  if (missing) {
    return (
      <span data-tone="bad">
        <CircleAlert size={12} aria-hidden /> {typeof step.agent === 'string' ? `no agent “${step.agent}”` : 'no agent'}
      </span>
    )
  }
  if (run && run.status !== 'pending') return <RunStatus run={run} />
  if (trouble !== undefined) {
    const Icon = trouble === 'error' ? CircleAlert : TriangleAlert
    return (
      <span data-tone={trouble === 'error' ? 'bad' : 'warn'}>
        <Icon size={12} aria-hidden /> {trouble === 'error' ? 'has a problem' : 'worth a look'}
      </span>
    )
  }
  return <span data-tone="faint">{run ? 'waiting for its turn' : readiness(step)}</span>
}

function RunStatus({ run }: { run: StepView }) {
  const { status, attempts } = run
  const last = attempts.at(-1)
  const tokens = attempts.reduce((sum, { usage }) => sum + usage.input_tokens + usage.output_tokens, 0)
  const cost = attempts.reduce((sum, { usage }) => sum + (usage.cost_usd ?? 0), 0)
  const retries = attempts.length - 1
  const since = status === 'running' ? last?.started_at : attempts[0]?.started_at
  return (
    <>
      <span style={{ color: STATUS[status].color }} className={classes.state}>
        <StatusIcon status={status} size={12} silent />
        {status === 'completed' ? <span className="sr-only">completed in </span> : STATUS[status].label.toLowerCase()}
        {since && (status === 'completed' || status === 'running' || status === 'failed') && (
          <Duration from={since} to={status === 'running' ? undefined : (last?.ended_at ?? since)} />
        )}
      </span>
      {retries > 0 && (
        <span data-tone="warn">
          <RotateCw size={11} aria-hidden /> {plural(retries, 'retry', 'retries')}
        </span>
      )}
      {last?.sampled && <span className={classes.sample}>sample</span>}
      {tokens > 0 && <span>{plural(tokens, 'token')}</span>}
      {cost > 0 && <span>{formatCost(cost)}</span>}
      {status === 'skipped' && run.skip_reason && <span data-tone="faint">{skipWord(run.skip_reason.why)}</span>}
    </>
  )
}

function skipWord(why: NonNullable<StepView['skip_reason']>['why']): string {
  switch (why) {
    case 'condition_false':
      return 'condition was false'
    case 'branch_not_taken':
      return 'other branch'
    case 'upstream_failed':
      return 'a step before failed'
  }
}

function readiness(step: Step): string {
  const parts: string[] = []
  if (step.when) parts.push('conditional')
  if (step.mapping) parts.push(plural(Object.keys(step.mapping).length, 'field') + ' mapped')
  if (step.policy?.retry && step.policy.retry.max_attempts > 1) parts.push(`${step.policy.retry.max_attempts} attempts`)
  return parts.join(' · ') || 'ready'
}
