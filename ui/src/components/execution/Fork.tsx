import { Button } from '@mantine/core'
import { GitFork } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { forkExecution } from '@/api/executions'
import type { ExecutionDetail, StepView } from '@/api/types'
import { attempt } from '@/components/notify'

import classes from './execution.module.css'
import { JsonDraft } from './JsonDraft'
import { inFallback } from './paths'
import { useWhole } from './useWhole'

type Props = {
  execution: ExecutionDetail
  step: StepView
  /** A new execution was begun from here. */
  onStarted: (id: string) => void
  /** What else can be done, beside the button. */
  beside?: ReactNode
}

/** Runs a step and what follows it again in a new execution, with what it was given or with other data. */
export function Fork({ execution, step, onStarted, beside }: Props) {
  const loop = execution.nested.some((one) => one.parent === step.path && one.turn !== undefined)
  const input = step.attempts.at(-1)?.input
  const [open, setOpen] = useState(false)
  const [edited, setEdited] = useState<{ value: unknown }>()
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  const given = useWhole(input, open)
  // A loop over an array is given that; one that repeats until something holds is given nothing.
  const whole = loop && !Array.isArray(given?.value) ? undefined : given
  const fork = async () => {
    setBusy(true)
    const next = await attempt('The execution was not forked', () =>
      forkExecution(execution, { step: step.path, ...(edited && { input: edited.value }) }),
    )
    setBusy(false)
    if (next) onStarted(next.id)
  }
  if (inFallback(step.path)) {
    return (
      <p className={classes.quiet} data-testid="fork-not-here">
        One cannot fork from here: the fallback runs because the execution failed. Fork from the step that failed.
      </p>
    )
  }
  if (!open) {
    return (
      <div className={classes.actions}>
        <Button leftSection={<GitFork size={13} />} onClick={() => setOpen(true)} title="A new execution; this one stays as it is" data-testid="fork">
          Fork from here…
        </Button>
        {beside}
      </div>
    )
  }
  return (
    <div className={classes.decision} data-testid="fork-form">
      <p className={classes.quiet}>
        {step.turn === undefined ? 'This step' : 'This turn'} and what follows run again in a new execution, with the workflow as it was then; what completed before is taken over.{' '}
        {loop ? 'All of its turns run again; to give one of them other data, fork from that turn.' : 'Change what it is given, or leave it.'}
      </p>
      {whole && (
        <JsonDraft
          label={loop ? 'What the loop goes over, as JSON' : 'Input of the step, as JSON'}
          value={whole.value}
          onChange={(value, not) => {
            setWrong(not)
            if (!not) setEdited({ value })
          }}
          testId="fork-json"
        />
      )}
      <div className={classes.actions}>
        <Button variant="filled" leftSection={<GitFork size={13} />} loading={busy} disabled={wrong} onClick={() => void fork()} data-testid="fork-start">
          Fork
        </Button>
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </div>
  )
}
