import { NumberInput, SegmentedControl, Switch } from '@mantine/core'
import { useState } from 'react'

import { messageOf } from '@/api/errors'
import { parseJson, toJson } from '@/api/json'
import type { Agent, Policy, Step } from '@/api/types'
import { CodeEditor } from '@/components/code/CodeEditor'
import { formatDuration } from '@/components/format'
import { setPolicy } from '@/graph/edits/step'

import { useSession } from '../session/context'
import classes from './inspector.module.css'
import { PoolField } from './PoolField'
import { SecondsInput } from './SecondsInput'

type Retry = NonNullable<Policy['retry']>
type OnError = NonNullable<Policy['on_error']>

const FIRST_RETRY: Retry = {
  max_attempts: 3,
  backoff: { initial_ms: 1_000, factor: 2, max_ms: 60_000, jitter: 0.5 },
  all_errors: false,
}

const WAYS: readonly { value: OnError['action']; label: string; help: string }[] = [
  { value: 'stop', label: 'Stop', help: 'The execution stops; steps that are running are cancelled.' },
  { value: 'continue', label: 'Go on', help: 'The error is recorded, steps that need this one are skipped, everything else goes on.' },
  { value: 'error_branch', label: 'Error branch', help: 'Wires from the port “error” are followed, with the error as data.' },
  { value: 'default', label: 'Default', help: 'The step counts as completed, with this value as its output.' },
]

/** How long the step may take, how often it is tried, what happens when it fails, and what it may use. */
export function PolicyTab({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const policy = step.policy ?? {}
  const document = () => session.store.getState().document
  const set = <K extends keyof Policy>(part: K, value: Policy[K]) =>
    session.apply(setPolicy(document(), step.id, part, { ...policy, [part]: value }))
  /** What means nothing to a person is shown only where it is set, so that it can be taken away. */
  const matters = (part: 'timeout_ms' | 'cache' | 'pool') => agent?.kind !== 'approval' || policy[part] !== undefined
  return (
    <>
      <section className={classes.section}>
        <h3>Timeout</h3>
        {matters('timeout_ms') && (
          <SecondsInput
            label="Longest time for one attempt"
            value={policy.timeout_ms}
            onChange={(ms) => set('timeout_ms', ms)}
            placeholder="no limit"
            testId="policy-timeout"
          />
        )}
        <SecondsInput
          label="Longest time in all, with every attempt and pause"
          value={policy.step_timeout_ms}
          onChange={(ms) => set('step_timeout_ms', ms)}
          placeholder="no limit"
          testId="policy-step-timeout"
        />
      </section>
      <section className={classes.section}>
        <h3>Retry</h3>
        <Switch
          size="xs"
          label="A retry policy of its own"
          checked={policy.retry !== undefined}
          onChange={(event) => set('retry', event.target.checked ? FIRST_RETRY : undefined)}
          data-testid="policy-retry"
        />
        {policy.retry ? (
          <RetryFields retry={policy.retry} onChange={(retry) => set('retry', retry)} />
        ) : (
          <p className={classes.hint}>
            Without one: up to three attempts, after failures that may go away by themselves. To try only once, give the step a policy of its own.
          </p>
        )}
      </section>
      <OnErrorFields policy={policy} onChange={(value) => set('on_error', value)} />
      {matters('cache') && <CacheFields cache={policy.cache} onChange={(cache) => set('cache', cache)} />}
      {matters('pool') && <PoolField pool={policy.pool} onChange={(pool) => set('pool', pool)} />}
    </>
  )
}

function CacheFields({ cache, onChange }: { cache: Policy['cache']; onChange: (cache: Policy['cache']) => void }) {
  return (
    <section className={classes.section}>
      <div className={classes.heading}>
        Cache
        <Switch
          size="xs"
          aria-label="Keep answers and give them again"
          checked={cache !== undefined}
          onChange={(event) => onChange(event.target.checked ? {} : undefined)}
          data-testid="policy-cache"
        />
      </div>
      {cache && (
        <SecondsInput
          label="An answer is good for"
          value={cache.ttl_ms}
          onChange={(ms) => onChange(ms === undefined ? {} : { ttl_ms: ms })}
          placeholder="until space is needed"
          testId="policy-cache-ttl"
        />
      )}
      <p className={classes.hint}>
        {cache ? 'The same agent, settings and input get the answer that was given before.' : 'The agent is asked every time.'}
      </p>
    </section>
  )
}

function RetryFields({ retry, onChange }: { retry: Retry; onChange: (retry: Retry) => void }) {
  const { backoff } = retry
  const pauses = Array.from({ length: Math.min(retry.max_attempts - 1, 5) }, (_, n) =>
    formatDuration(Math.min(backoff.max_ms, backoff.initial_ms * backoff.factor ** n)),
  )
  const number = (value: string | number, least: number, take: (value: number) => void) => {
    if (typeof value === 'number' && value >= least) take(value)
  }
  return (
    <>
      <div className={classes.two}>
        <NumberInput
          size="xs"
          label="Attempts"
          min={1}
          max={100}
          allowDecimal={false}
          value={retry.max_attempts}
          onChange={(value) => number(value, 1, (max_attempts) => onChange({ ...retry, max_attempts }))}
          data-testid="policy-attempts"
        />
        <SecondsInput
          label="First pause"
          value={backoff.initial_ms}
          onChange={(ms) => ms !== undefined && onChange({ ...retry, backoff: { ...backoff, initial_ms: ms } })}
          testId="policy-initial"
        />
        <NumberInput
          size="xs"
          label="Then times"
          min={1}
          max={10}
          step={0.5}
          value={backoff.factor}
          onChange={(value) => number(value, 1, (factor) => onChange({ ...retry, backoff: { ...backoff, factor } }))}
        />
        <SecondsInput
          label="Longest pause"
          value={backoff.max_ms}
          onChange={(ms) => ms !== undefined && onChange({ ...retry, backoff: { ...backoff, max_ms: ms } })}
        />
        <NumberInput
          size="xs"
          label="Jitter"
          description="Share of a pause left to chance"
          min={0}
          max={1}
          step={0.1}
          value={backoff.jitter}
          onChange={(value) => number(value, 0, (jitter) => onChange({ ...retry, backoff: { ...backoff, jitter } }))}
        />
      </div>
      <Switch
        size="xs"
        label="Also after errors that will not go away by themselves"
        checked={retry.all_errors}
        onChange={(event) => onChange({ ...retry, all_errors: event.target.checked })}
      />
      {pauses.length > 0 && <p className={classes.hint}>Pauses: about {pauses.join(', ')}{retry.max_attempts > 6 ? ', …' : ''}.</p>}
    </>
  )
}

function OnErrorFields({ policy, onChange }: { policy: Policy; onChange: (value: OnError | undefined) => void }) {
  const action = policy.on_error?.action ?? 'stop'
  const [text, setText] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const choose = (next: string) => {
    setText(null)
    setWrong(null)
    if (next === 'default') onChange({ action: 'default', value: null })
    else if (next === 'continue' || next === 'error_branch' || next === 'stop') onChange(next === 'stop' ? undefined : { action: next })
  }
  const changeValue = (next: string) => {
    setText(next)
    try {
      onChange({ action: 'default', value: parseJson(next) })
      setWrong(null)
    } catch (error) {
      setWrong(messageOf(error))
    }
  }
  return (
    <section className={classes.section}>
      <h3>When it has failed for good</h3>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="When it has failed for good"
        data={WAYS.map(({ value, label }) => ({ value, label }))}
        value={action}
        onChange={choose}
        data-testid="policy-on-error"
      />
      <p className={classes.hint}>{WAYS.find((way) => way.value === action)?.help}</p>
      {policy.on_error?.action === 'default' && (
        <>
          <CodeEditor
            label="Default value as JSON"
            language="json"
            value={text ?? toJson(policy.on_error.value, 2)}
            onChange={changeValue}
            minHeight={80}
            testId="policy-default"
          />
          {wrong !== null && <p className={classes.hint}>Not JSON yet: {wrong}</p>}
        </>
      )}
    </section>
  )
}
