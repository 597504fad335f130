import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Check, CirclePause, Square, X } from 'lucide-react'
import { useState } from 'react'

import { approvalsQuery, decide } from '@/api/executions'
import type { Decision, ExecutionDetail, WaitingApproval } from '@/api/types'
import { attempt } from '@/components/notify'
import { missingFields } from '@/components/schema-form/missing'

import { BreakpointControls } from './BreakpointControls'
import { Deadline } from './Deadline'
import classes from './execution.module.css'
import { placeOf } from './paths'
import { useWhole } from './useWhole'
import type { WaitingStep } from './waiting'

/** More waiting steps than this are counted. */
const SHOWN = 3

type Props = {
  execution: ExecutionDetail
  waiting: readonly WaitingStep[]
  onStop: () => void
  onShowStep?: ((id: string) => void) | undefined
  compact: boolean
}

/** An execution that needs a person: what for, and the buttons that let it go on. */
export function Waiting({ execution, waiting, onStop, onShowStep, compact }: Props) {
  const { data: approvals } = useQuery(approvalsQuery())
  const still = execution.status === 'paused'
  return (
    <div className={classes.banner} data-status="paused" data-compact={compact} data-testid="execution-banner">
      <CirclePause size={16} aria-hidden />
      <div className={classes.bannerText} data-block>
        <b>{still ? 'Paused' : 'Running, and waiting'}: it needs you</b>
        {waiting.slice(0, SHOWN).map(({ step, waiting: what }) => {
          const approval = approvals?.find((each) => each.execution === execution.id && each.step === step.path)
          return (
            <div key={step.path} className={classes.need}>
              <span>
                <button type="button" className={classes.link} dir="auto" onClick={() => onShowStep?.(step.path)}>
                  {placeOf(step, execution.nested)}
                </button>{' '}
                {what.what === 'approval' ? `asks: ${what.detail.message}` : 'stopped at a breakpoint'}
                {approval && (
                  <>
                    {' '}
                    <Deadline approval={approval} />
                  </>
                )}
              </span>
              {what.what === 'breakpoint' ? (
                <BreakpointControls run={execution} step={step} />
              ) : (
                approval && <QuickDecision approval={approval} onLook={onShowStep && (() => onShowStep(step.path))} />
              )}
            </div>
          )
        })}
        {waiting.length > SHOWN && <span className={classes.quiet}>and {waiting.length - SHOWN} more</span>}
      </div>
      <Button leftSection={<Square size={11} fill="currentColor" />} onClick={onStop} data-testid="execution-stop">
        Stop
      </Button>
    </div>
  )
}

/** Decides without changing the data; the step's details let one do that. */
function QuickDecision({ approval, onLook }: { approval: WaitingApproval; onLook: (() => void) | undefined }) {
  const [busy, setBusy] = useState<Decision>()
  const { form, data } = approval
  const whole = useWhole(data, form !== undefined)
  // The form has to be filled in before one can approve.
  const lacks = whole !== undefined && missingFields(form, whole.value).length > 0
  const fillIn = () => {
    onLook?.()
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-testid="decision-${approval.step}"] [data-form] :is(input, textarea)`)?.focus())
  }
  const settle = async (decision: Decision) => {
    setBusy(decision)
    const run = { id: approval.execution, workflow_id: approval.workflow_id }
    await attempt('The decision was not taken', () => decide(run, { step: approval.step, decision }))
    setBusy(undefined)
  }
  return (
    <div className={classes.actions}>
      <Button
        leftSection={<Check size={13} />}
        loading={busy === 'approved'}
        onClick={() => (lacks && onLook ? fillIn() : void settle('approved'))}
        data-testid="banner-approve"
      >
        {lacks && onLook ? 'Fill in and approve…' : 'Approve'}
      </Button>
      <Button leftSection={<X size={13} />} loading={busy === 'rejected'} onClick={() => void settle('rejected')} data-testid="banner-reject">
        Reject
      </Button>
      {onLook && (
        <Button variant="subtle" onClick={onLook} data-testid="banner-edit">
          Look at the data, or edit it
        </Button>
      )}
    </div>
  )
}
