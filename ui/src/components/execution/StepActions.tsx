import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { GitFork } from 'lucide-react'
import { useState } from 'react'

import { approvalsQuery, forkExecution, isSettled } from '@/api/executions'
import type { ExecutionDetail, StepView } from '@/api/types'
import { attempt } from '@/components/notify'

import { BreakpointControls } from './BreakpointControls'
import { DecisionForm } from './DecisionForm'
import classes from './execution.module.css'
import { JsonDraft } from './JsonDraft'
import { useWhole } from './useWhole'
import { waitingOf } from './waiting'

type Props = {
  execution: ExecutionDetail
  step: StepView
  /** A new execution was begun from here. */
  onStarted: (id: string) => void
}

/** What a person can do about one step: decide, let it go on, or run it and what follows again with other data. */
export function StepActions({ execution, step, onStarted }: Props) {
  const waiting = waitingOf(step)
  if (waiting?.what === 'approval') return <Approval execution={execution.id} step={step.path} />
  if (waiting?.what === 'breakpoint') return <BreakpointControls run={execution} step={step} />
  // Steps within loops and other workflows run again with the step they run within.
  if (!isSettled(execution.status) || step.parent !== undefined || step.attempts.length === 0) return null
  return <Fork key={step.path} execution={execution} step={step} onStarted={onStarted} />
}

/** The form of an approval that waits. */
export function Approval({ execution, step }: { execution: string; step: string }) {
  const { data } = useQuery(approvalsQuery())
  const approval = data?.find((each) => each.execution === execution && each.step === step)
  return approval ? <DecisionForm approval={approval} /> : null
}

function Fork({ execution, step, onStarted }: Props) {
  const input = step.attempts.at(-1)?.input
  const [open, setOpen] = useState(false)
  const [edited, setEdited] = useState<{ value: unknown }>()
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  const whole = useWhole(input, open)
  const fork = async () => {
    setBusy(true)
    const next = await attempt('The execution was not forked', () =>
      forkExecution(execution, { step: step.path, ...(edited && { input: edited.value }) }),
    )
    setBusy(false)
    if (next) onStarted(next.id)
  }
  if (!open) {
    return (
      <div className={classes.actions}>
        <Button leftSection={<GitFork size={13} />} onClick={() => setOpen(true)} title="A new execution; this one stays as it is" data-testid="fork">
          Fork from here …
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.decision} data-testid="fork-form">
      <p className={classes.quiet}>
        This step and what follows run again in a new execution; what completed before is taken over. Change what the step is given, or leave it.
      </p>
      {whole && (
        <JsonDraft
          label="Input of the step, as JSON"
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
