import { FlaskConical, Info } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import type { AttemptView, ExecutionDetail, StepView } from '@/api/types'
import { PayloadView } from '@/components/data/PayloadView'
import { formatMoment, plural } from '@/components/format'
import { KindIcon } from '@/components/KindIcon'
import { KIND } from '@/components/kinds'
import { shownAttempt, shownStatus } from '@/components/status'
import { StatusIcon, StatusLabel } from '@/components/StatusIcon'
import { formatDuration, formatExact } from '@/components/timeline/time'

import { chosenOf } from './chosen'
import { Decided } from './Decided'
import { Elapsed } from './Elapsed'
import classes from './execution.module.css'
import own from './StepDetail.module.css'
import { FailureBlock } from './FailureBlock'
import { attemptLength, usageOf, usageText } from './sums'
import { useSkipWords } from './useSkipWords'

/**
 * Everything known about one step of an execution: what can be done about it, its attempts, and of the chosen one its
 * error, input, output and log.
 */
export function StepDetail({ execution, step, actions }: { execution: ExecutionDetail; step: StepView; actions?: ReactNode }) {
  // The choice is kept while the same step is shown; a new attempt is shown unless another was chosen.
  const [chosen, setChosen] = useState<{ step: string; attempt: number }>()
  const skipped = useSkipWords(execution, step)
  const wanted = chosen?.step === step.path ? chosen.attempt : undefined
  const attempt = step.attempts.find((one) => one.attempt === wanted) ?? step.attempts.at(-1)
  return (
    <div className={own.detail} data-testid="step-detail" data-step={step.path}>
      <header className={own.detailHead}>
        <KindIcon kind={step.kind} size={28} />
        <div>
          <h2 dir="auto">{step.name}</h2>
          <small>
            {step.kind ? KIND[step.kind].title : 'Unknown agent'} ·{' '}
            {step.turn === undefined ? `step ${step.position}` : `turn ${step.turn + 1}`}
          </small>
        </div>
        <StatusLabel status={shownStatus(step)} />
      </header>
      <Facts step={step} />
      {actions}
      {step.inherited && <Note>Not run again: its output is taken over from the execution this one goes on from.</Note>}
      {step.decided && <Decided decided={step.decided} />}
      {skipped !== undefined && (
        <div data-testid="skip-reason">
          <Note>Skipped: {skipped}.</Note>
        </div>
      )}
      {step.attempts.length > 1 && (
        <AttemptList
          attempts={step.attempts}
          current={attempt?.attempt}
          onChoose={(number) => setChosen({ step: step.path, attempt: number })}
        />
      )}
      {step.error && !step.attempts.at(-1)?.failure && attempt === step.attempts.at(-1) && <FailureBlock failure={step.error.failure} />}
      {attempt ? (
        <AttemptDetail key={`${step.path}/${attempt.attempt}`} step={step} attempt={attempt} />
      ) : (
        !step.skip_reason && !step.inherited && !step.error && <Note>{noAttemptText(step)}</Note>
      )}
    </div>
  )
}

function Facts({ step }: { step: StepView }) {
  const usage = usageOf(step.attempts)
  const chosen = chosenOf(step)
  const first = step.attempts[0]
  const last = step.attempts.at(-1)
  const began = first?.interrupted?.[0]?.started_at ?? first?.started_at
  return (
    <dl className={own.facts}>
      {began !== undefined && (
        <div>
          <dt>{last?.ended_at ? 'Took' : 'So far'}</dt>
          <dd>
            <Elapsed from={began} to={last?.ended_at} />
          </dd>
        </div>
      )}
      {step.attempts.length > 0 && (
        <div>
          <dt>Attempts</dt>
          <dd>{step.attempts.length}</dd>
        </div>
      )}
      {chosen !== undefined && (
        <div>
          <dt>Chose</dt>
          <dd data-testid="step-chosen">{chosen}</dd>
        </div>
      )}
      {step.branch !== undefined && (
        <div>
          <dt>Branch</dt>
          <dd className="mono">{step.branch}</dd>
        </div>
      )}
      {usage.llm_calls > 0 && (
        <div>
          <dt>{plural(usage.llm_calls, 'model call')}</dt>
          <dd data-testid="step-usage">
            {usage.input_tokens.toLocaleString('en-US')} in, {usage.output_tokens.toLocaleString('en-US')} out
          </dd>
        </div>
      )}
      {usage.cost_usd !== undefined && (
        <div>
          <dt>Cost</dt>
          <dd>{usageText(usage).split(' · ')[1]}</dd>
        </div>
      )}
    </dl>
  )
}

function AttemptList(props: {
  attempts: AttemptView[]
  current: number | undefined
  onChoose: (attempt: number) => void
}) {
  const { attempts, current, onChoose } = props
  return (
    <div className={own.attempts} role="group" aria-label="Attempts">
      {attempts.map((attempt) => {
        const length = attemptLength(attempt)
        return (
          <button
            key={attempt.attempt}
            type="button"
            aria-pressed={attempt.attempt === current}
            onClick={() => onChoose(attempt.attempt)}
            data-testid={`attempt-${attempt.attempt}`}
          >
            <StatusIcon status={shownAttempt(attempt)} size={12} />
            Attempt {attempt.attempt}
            {length !== undefined && <span className={classes.quiet}>{formatDuration(length)}</span>}
          </button>
        )
      })}
    </div>
  )
}

function AttemptDetail({ step, attempt }: { step: StepView; attempt: AttemptView }) {
  const length = attemptLength(attempt)
  return (
    <>
      {attempt.sampled && (
        <Note Icon={FlaskConical}>
          This answer is the agent’s sample, not its work: the agent has no provider to ask in this test run.
        </Note>
      )}
      {attempt.failure && <FailureBlock failure={attempt.failure} />}
      {attempt.interrupted?.map((call) => (
        <Note key={call.started_at}>
          Interrupted: begun on {moment(call.started_at)}, and Heddle stopped while it ran. Begun again on {moment(call.taken_up_at)}, with
          the same idempotency key.
        </Note>
      ))}
      {attempt.source !== 'agent' && <Note>{SOURCE[attempt.source]}</Note>}
      {attempt.input && <PayloadView reference={attempt.input} label="Input" path="input" />}
      {attempt.output ? (
        <PayloadView reference={attempt.output} label="Output" {...(step.parent === undefined && { path: `steps.${step.id}.output` })} />
      ) : step.output && attempt === step.attempts.at(-1) ? (
        <PayloadView reference={step.output} label="Output (the policy’s default)" path={`steps.${step.id}.output`} />
      ) : (
        attempt.status === 'running' && <p className={classes.quiet}>The output appears here when the attempt ends.</p>
      )}
      <Log attempt={attempt} />
      {length !== undefined && (
        <p className={own.exact}>
          Attempt {attempt.attempt} ran {formatExact(length)}.
        </p>
      )}
    </>
  )
}

const SOURCE = {
  cache: 'Cached: the same agent, settings and input had been answered before.',
  record: 'Recorded: the answer comes from the execution this one replays.',
  pin: 'Pinned: the step’s pinned output stands in for its agent.',
} as const

/** Lines shown before somebody asks for the rest. */
const LOG_LINES = 50

function Log({ attempt }: { attempt: AttemptView }) {
  const [all, setAll] = useState(false)
  if (attempt.log.length === 0) return null
  const shown = all ? attempt.log.slice(0, 1_000) : attempt.log.slice(0, LOG_LINES)
  const rest = attempt.log.length - shown.length
  return (
    <section aria-label="Log" className={own.log}>
      <h3>Log</h3>
      <ul data-testid="step-log">
        {shown.map((line, index) => (
          <li key={index} data-level={line.level}>
            {line.level !== 'info' && <span className={own.level}>{line.level}</span>}
            {line.text}
          </li>
        ))}
      </ul>
      {rest > 0 &&
        (all ? (
          <p className={classes.quiet}>{plural(rest, 'more line')}: see the execution’s log.</p>
        ) : (
          <button type="button" className={classes.link} onClick={() => setAll(true)}>
            Show {plural(rest, 'more line')}
          </button>
        ))}
    </section>
  )
}

function Note({ children, Icon = Info }: { children: React.ReactNode; Icon?: typeof Info }) {
  return (
    <p className={own.note}>
      <Icon size={14} aria-hidden />
      <span>{children}</span>
    </p>
  )
}

const moment = (instant: string) => formatMoment(Date.parse(instant))

function noAttemptText(step: StepView): string {
  if (step.status === 'cancelled') return 'Not run: the execution ended before its turn came.'
  if (step.status === 'pending') return 'Has not started: it waits for the steps before it.'
  return 'Has not started.'
}
