import { useQuery } from '@tanstack/react-query'

import { approvalsQuery, isSettled } from '@/api/executions'
import type { ExecutionDetail, StepView } from '@/api/types'

import { AskAgain } from './AskAgain'
import { BreakpointControls } from './BreakpointControls'
import { DecisionForm } from './DecisionForm'
import { Fork } from './Fork'
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
  if (!isSettled(execution.status) || step.attempts.length === 0) return null
  const cached = step.attempts.at(-1)?.source === 'cache'
  return (
    <Fork
      key={step.path}
      execution={execution}
      step={step}
      onStarted={onStarted}
      beside={cached && <AskAgain execution={execution} onStarted={onStarted} />}
    />
  )
}

/** The form of an approval that waits. */
export function Approval({ execution, step }: { execution: string; step: string }) {
  const { data } = useQuery(approvalsQuery())
  const approval = data?.find((each) => each.execution === execution && each.step === step)
  return approval ? <DecisionForm approval={approval} /> : null
}
