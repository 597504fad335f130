import { Button, TextInput } from '@mantine/core'
import { Check, PencilLine, X } from 'lucide-react'
import { useState } from 'react'

import { ApiError, inputProblemsOf, messageOf, type InputProblem } from '@/api/errors'
import { decide } from '@/api/executions'
import type { Decision, WaitingApproval } from '@/api/types'
import { PayloadView } from '@/components/data/PayloadView'
import { notifyDone } from '@/components/notify'
import { Prose } from '@/components/Prose'
import { missingFields, showsNotAll } from '@/components/schema-form/missing'
import { SchemaForm } from '@/components/schema-form/SchemaForm'

import { Deadline } from './Deadline'
import classes from './execution.module.css'
import { JsonDraft } from './JsonDraft'
import { useWhole } from './useWhole'

type Props = {
  approval: WaitingApproval
  /** Nothing beside it shows the data. */
  alone?: boolean
}

/** What a person is asked, the data it is about, and the buttons that decide. */
export function DecisionForm({ approval, alone = false }: Props) {
  const { execution, workflow_id, workflow_name, step, step_name, message, form, data } = approval
  const whole = useWhole(data)
  const [edited, setEdited] = useState<{ value: unknown }>()
  const [editing, setEditing] = useState(false)
  const [wrong, setWrong] = useState(false)
  const [comment, setComment] = useState('')
  const [busy, setBusy] = useState<Decision>()
  const [failure, setFailure] = useState<string>()
  const [problems, setProblems] = useState<InputProblem[]>([])
  const change = (value: unknown) => {
    setEdited({ value })
    setProblems([])
    setFailure(undefined)
  }
  const value = edited ? edited.value : whole?.value
  const settle = async (decision: Decision) => {
    const missing = decision === 'approved' && form !== undefined && whole ? missingFields(form, value) : []
    if (missing.length > 0) {
      setProblems(missing)
      setFailure('Fill in what is required, then approve.')
      return
    }
    setBusy(decision)
    setFailure(undefined)
    try {
      const trimmed = comment.trim()
      await decide(
        { id: execution, workflow_id },
        { step, decision, ...(edited && { output: edited.value }), ...(trimmed !== '' && { comment: trimmed }) },
      )
      notifyDone(decision === 'approved' ? `Approved: ${step_name}. ${workflow_name} goes on.` : `Rejected: ${step_name} of ${workflow_name}.`)
    } catch (error) {
      setProblems(error instanceof ApiError ? inputProblemsOf(error) : [])
      setFailure(messageOf(error))
    } finally {
      setBusy(undefined)
    }
  }
  const partly = alone && form !== undefined && whole !== undefined && showsNotAll(form, whole.value)
  return (
    <div className={classes.decision} data-testid={`decision-${step}`}>
      <div className={classes.question} data-testid="approval-message">
        <Prose text={message} />
      </div>
      <Deadline approval={approval} />
      {partly && <PayloadView reference={data} label="What it is about" path="input" />}
      {form !== undefined && whole ? (
        <div data-form>
          <SchemaForm schema={form} value={value} onChange={change} problems={problems} />
        </div>
      ) : editing && whole ? (
        <JsonDraft
          label="Data as JSON"
          value={value}
          onChange={(next, not) => {
            setWrong(not)
            if (!not) change(next)
          }}
          testId="approval-json"
        />
      ) : (
        <PayloadView reference={data} label="Data" path="input" />
      )}
      <TextInput size="xs" aria-label="Comment" placeholder="Comment, kept with the decision" value={comment} onChange={(event) => setComment(event.target.value)} data-testid="approval-comment" />
      {failure !== undefined && (
        <p className={classes.refused} role="alert" data-testid="approval-error">
          {failure}
        </p>
      )}
      <div className={classes.actions}>
        <Button
          variant="filled"
          leftSection={<Check size={13} />}
          loading={busy === 'approved'}
          disabled={wrong || busy !== undefined}
          onClick={() => void settle('approved')}
          data-testid="approve"
        >
          {edited ? 'Approve with changes' : 'Approve'}
        </Button>
        <Button leftSection={<X size={13} />} loading={busy === 'rejected'} disabled={wrong || busy !== undefined} onClick={() => void settle('rejected')} data-testid="reject">
          Reject
        </Button>
        {form === undefined && whole && !editing && (
          <Button variant="subtle" leftSection={<PencilLine size={13} />} onClick={() => setEditing(true)} data-testid="approval-edit">
            Edit data
          </Button>
        )}
      </div>
    </div>
  )
}
