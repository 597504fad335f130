import { CircleAlert, Repeat, RotateCw, TriangleAlert } from 'lucide-react'

import type { Step, StepView } from '@/api/types'
import { useExecutionEvents } from '@/api/useExecutionEvents'
import { Duration } from '@/components/Duration'
import { skipWord } from '@/components/execution/skipped'
import { turnsOf, turnsText } from '@/components/execution/turns'
import { formatCost, plural } from '@/components/format'
import { StatusIcon } from '@/components/StatusIcon'
import { STATUS } from '@/components/status'

import { useRun } from '../session/useRun'
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
  if (run && run.status !== 'pending') return <RunStatus step={step} run={run} />
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

function RunStatus({ step, run }: { step: Step; run: StepView }) {
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
        {status === 'completed' ? <span className="sr-only">completed in </span> : stateWord(run)}
        {since && (status === 'completed' || status === 'running' || status === 'failed') && (
          <Duration from={since} to={status === 'running' ? undefined : (last?.ended_at ?? since)} />
        )}
      </span>
      {retries > 0 && (
        <span data-tone="warn">
          <RotateCw size={11} aria-hidden /> {plural(retries, 'retry', 'retries')}
        </span>
      )}
      {step.loop && <LoopTurns path={run.path} />}
      {last?.sampled && <span className={classes.sample}>sample</span>}
      {last && last.source !== 'agent' && <span data-tone="faint">{SOURCE[last.source]}</span>}
      {run.inherited && <span data-tone="faint">taken over</span>}
      {tokens > 0 && <span>{plural(tokens, 'token')}</span>}
      {cost > 0 && <span>{formatCost(cost)}</span>}
      {status === 'skipped' && run.skip_reason && <span data-tone="faint">{skipWord(run.skip_reason.why)}</span>}
    </>
  )
}

/** Where the answer comes from, if not from the agent. */
const SOURCE = { cache: 'cached', record: 'recorded', pin: 'pinned' } as const

function stateWord({ status, attempts }: StepView): string {
  const last = attempts.at(-1)
  if (last?.waiting) return last.waiting.what === 'approval' ? 'waits for you' : 'stopped here'
  if (status === 'queued' && last?.pool) return `waits for ${last.pool.name}`
  return STATUS[status].label.toLowerCase()
}

/** `↻ 7 of 40`. */
function LoopTurns({ path }: { path: string }) {
  const run = useRun()
  const { events } = useExecutionEvents(run?.id)
  const turns = run && turnsOf(run, events, path)
  if (!turns) return null
  return (
    <span data-testid={`turns-${path}`}>
      <Repeat size={11} aria-hidden /> {turnsText(turns)}
    </span>
  )
}

function readiness(step: Step): string {
  const parts: string[] = []
  if (step.when) parts.push('conditional')
  if (step.loop) parts.push('for_each' in step.loop ? 'for each' : 'repeats')
  if (step.join !== undefined && step.join !== 'all') parts.push(step.join === 'any' ? 'after any one' : `after ${step.join.at_least}`)
  if (step.mapping) parts.push(plural(Object.keys(step.mapping).length, 'field') + ' mapped')
  if (step.policy?.retry && step.policy.retry.max_attempts > 1) parts.push(`${step.policy.retry.max_attempts} attempts`)
  return parts.join(' · ') || 'ready'
}
