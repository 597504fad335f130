import { Button } from '@mantine/core'
import { PencilLine, Play, StepForward } from 'lucide-react'
import { useState } from 'react'

import { release, type Run } from '@/api/executions'
import type { StepView } from '@/api/types'
import { attempt } from '@/components/notify'

import classes from './execution.module.css'
import { JsonDraft } from './JsonDraft'
import { useWhole } from './useWhole'

/** A step that stopped before its agent is called: go on, go to the next step, or change what the agent is given. */
export function BreakpointControls({ run, step }: { run: Run; step: StepView }) {
  const input = step.attempts.at(-1)?.input
  const [editing, setEditing] = useState(false)
  const [edited, setEdited] = useState<{ value: unknown }>()
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  const whole = useWhole(input)
  const go = async (stepOver: boolean) => {
    setBusy(true)
    await attempt('The step was not let go', () =>
      release(run, { step: step.path, step_over: stepOver, ...(edited && { input: edited.value }) }),
    )
    setBusy(false)
  }
  const cancel = () => {
    setEditing(false)
    setEdited(undefined)
    setWrong(false)
  }
  return (
    <div className={classes.decision} data-editing={editing || undefined} data-testid={`stopped-${step.path}`}>
      {editing && whole && (
        <JsonDraft
          label="What the agent is given, as JSON"
          value={whole.value}
          onChange={(value, not) => {
            setWrong(not)
            if (!not) setEdited({ value })
          }}
          testId="breakpoint-json"
        />
      )}
      <div className={classes.actions}>
        <Button variant="filled" leftSection={<Play size={12} fill="currentColor" />} disabled={busy || wrong} onClick={() => void go(false)} data-testid="breakpoint-continue">
          {edited ? 'Continue with this' : 'Continue'}
        </Button>
        <Button leftSection={<StepForward size={13} />} disabled={busy || wrong} onClick={() => void go(true)} title="Stops again before the next step" data-testid="breakpoint-step-over">
          Step over
        </Button>
        {editing && (
          <Button variant="subtle" onClick={cancel} data-testid="breakpoint-edit-cancel">
            Cancel
          </Button>
        )}
        {!editing && whole && (
          <Button variant="subtle" leftSection={<PencilLine size={13} />} onClick={() => setEditing(true)} data-testid="breakpoint-edit">
            Edit value
          </Button>
        )}
      </div>
    </div>
  )
}
