import { CircleAlert, Repeat, RotateCw, TriangleAlert, Undo2 } from 'lucide-react'

import type { StepView } from '@/api/types'
import { Duration } from '@/components/Duration'
import { chosenOf } from '@/components/execution/chosen'
import { skipWord } from '@/components/execution/skipped'
import { formatCost, plural } from '@/components/format'
import { StatusIcon } from '@/components/StatusIcon'
import { shownStatus, STATUS } from '@/components/status'
import type { StepData } from '@/graph/flow'

import { Retrying } from './Retrying'
import classes from './StepCard.module.css'

type Props = {
  data: StepData
  /** How it fares in the run that is shown. */
  run: StepView | undefined
  trouble?: 'error' | 'warning' | undefined
  /** How far its loop is, in that run. */
  turns?: string | undefined
  /** Where it is held by something that runs within it, in words. */
  held?: string | undefined
}

/** The last line of a node: how it fares in the run that is shown, else what is worth knowing before one. */
export function StepFoot({ data, run, trouble, turns, held }: Props) {
  const { step } = data
  if (data.agent === undefined) {
    return (
      <span data-tone="bad">
        <CircleAlert size={12} aria-hidden /> {typeof step.agent === 'string' ? `no agent “${step.agent}”` : 'no agent'}
      </span>
    )
  }
  if (run && run.status !== 'pending') return <RunFoot data={data} run={run} turns={turns} held={held} />
  if (trouble !== undefined) {
    const Icon = trouble === 'error' ? CircleAlert : TriangleAlert
    return (
      <span data-tone={trouble === 'error' ? 'bad' : 'warn'}>
        <Icon size={12} aria-hidden /> {trouble === 'error' ? 'has a problem' : 'worth a look'}
      </span>
    )
  }
  const words = run && data.undoes === '' ? 'waiting for its turn' : readiness(data)
  return (
    <span data-tone="faint" data-shrinks title={words}>
      {words}
    </span>
  )
}

function RunFoot({ data, run, turns, held }: { data: StepData; run: StepView; turns: string | undefined; held: string | undefined }) {
  const { status, attempts } = run
  const last = attempts.at(-1)
  const tokens = attempts.reduce((sum, { usage }) => sum + usage.input_tokens + usage.output_tokens, 0)
  const cost = attempts.reduce((sum, { usage }) => sum + (usage.cost_usd ?? 0), 0)
  const retries = attempts.length - 1
  const due = status === 'waiting' ? last?.next_due : undefined
  const chosen = chosenOf(run)
  return (
    <>
      {last && due !== undefined ? (
        <Retrying last={last} due={due} step={data.step} />
      ) : (
        <State run={run} held={status === 'running' ? held : undefined} brief={turns !== undefined} />
      )}
      {retries > 0 && due === undefined && (
        <span data-tone="warn" data-shrinks title={plural(retries, 'retry', 'retries')}>
          <RotateCw size={11} aria-hidden /> {plural(retries, 'retry', 'retries')}
        </span>
      )}
      {turns !== undefined && (
        <span data-testid={`turns-${run.path}`} data-shrinks title={turns}>
          <Repeat size={11} aria-hidden /> {turns}
        </span>
      )}
      {data.undoes !== '' && status === 'completed' && (
        <span data-tone="warn" data-testid={`undid-${run.path}`} data-shrinks title={`It undid ${data.undoes}`}>
          <Undo2 size={11} aria-hidden /> undid {data.undoes}
        </span>
      )}
      {chosen !== undefined && (
        <span data-testid={`chosen-${run.path}`} data-shrinks title={`It chose ${chosen}`}>
          chose {chosen}
        </span>
      )}
      {run.decided && (
        <span data-tone={run.decided.decision === 'rejected' ? 'bad' : undefined} data-testid={`decided-${run.path}`} data-shrinks title={`${run.decided.decision} by ${run.decided.by}`}>
          {/* Which way it went is seen at the ports, whose names leave little room here. */}
          <span className="sr-only">{run.decided.decision} </span>by {run.decided.by}
        </span>
      )}
      {run.error !== undefined && status === 'completed' && <span data-tone="warn">default</span>}
      {last?.sampled && <span className={classes.sample}>sample</span>}
      {last && last.source !== 'agent' && (
        <span data-tone="faint" data-testid={`source-${run.path}`}>
          {SOURCE[last.source]}
        </span>
      )}
      {run.inherited && <span data-tone="faint">taken over</span>}
      {tokens > 0 && <span>{plural(tokens, 'token')}</span>}
      {cost > 0 && <span>{formatCost(cost)}</span>}
      {status === 'skipped' && run.skip_reason && <span data-tone="faint">{skipWord(run.skip_reason.why)}</span>}
    </>
  )
}

/** How the step stands, since when or how long it took. `brief`: without the word, which its icon and the rest say. */
function State({ run, held, brief }: { run: StepView; held: string | undefined; brief: boolean }) {
  const { status, attempts } = run
  const last = attempts.at(-1)
  const shown = held === undefined ? shownStatus(run) : 'paused'
  const since = status === 'running' ? last?.started_at : attempts[0]?.started_at
  const timed = held === undefined && since !== undefined && (status === 'completed' || status === 'running' || status === 'failed')
  const word = held ?? stateWord(run)
  return (
    <span style={{ color: STATUS[shown].color }} className={classes.state} data-testid={held === undefined ? undefined : `held-${run.path}`}>
      <StatusIcon status={shown} size={12} silent />
      {timed && (brief || status === 'completed') ? <span className="sr-only">{word}{status === 'completed' ? ' in ' : ' after '}</span> : word}
      {timed && <Duration from={since} to={status === 'running' ? undefined : (last?.ended_at ?? since)} />}
    </span>
  )
}

/** Where the answer comes from, if not from the agent. */
const SOURCE = { cache: 'cached', record: 'recorded', pin: 'pinned' } as const

function stateWord(step: StepView): string {
  const { status } = step
  const last = step.attempts.at(-1)
  if (last?.waiting) return last.waiting.what === 'approval' ? 'waits for you' : 'stopped here'
  if (status === 'queued' && last?.pool) return `waits for ${last.pool.name}`
  return STATUS[shownStatus(step)].label.toLowerCase()
}

function readiness({ step, undoes }: StepData): string {
  const parts: string[] = []
  if (undoes !== '') parts.push(`undoes ${undoes}`)
  if (step.when) parts.push('conditional')
  if (step.loop) parts.push('for_each' in step.loop ? 'for each' : 'repeats')
  if (step.join !== undefined && step.join !== 'all') parts.push(step.join === 'any' ? 'after any one' : `after ${step.join.at_least}`)
  if (step.mapping) parts.push(plural(Object.keys(step.mapping).length, 'field') + ' mapped')
  if (step.policy?.retry && step.policy.retry.max_attempts > 1) parts.push(`${step.policy.retry.max_attempts} attempts`)
  return parts.join(' · ') || 'ready'
}
