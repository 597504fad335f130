import { SegmentedControl } from '@mantine/core'

import type { Agent, Step } from '@/api/types'
import { setPin } from '@/graph/edits/flow'

import { useRecords } from '../../run/record'
import { useSession, useUi, useUiStore } from '../../session/context'
import { setRecorded } from '../../session/recorded'
import classes from '../inspector.module.css'
import { PinEditor } from './PinEditor'
import { usePinLast } from './usePinLast'

type Way = 'live' | 'recorded' | 'static'

/** Where the step's answer comes from in test runs: its agent, an earlier run, or a value that is written down. */
export function TestRunSection({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const ui = useUiStore()
  const marked = useUi((state) => state.recorded.has(step.id))
  const pinLast = usePinLast(step.id)
  const none = useRecords(session.id).length === 0
  const way: Way = step.pin !== undefined ? 'static' : marked ? 'recorded' : 'live'
  const barred = whyNot(agent, none)
  const pin = (value: unknown) => session.apply(setPin(session.store.getState().document, step.id, value))
  const choose = (next: string) => {
    if (next === way) return
    setRecorded(ui, session.id, step.id, next === 'recorded')
    if (next !== 'static') pin(undefined)
    else if (pinLast) void pinLast()
    else pin({})
  }
  return (
    <section className={classes.section} data-testid="test-runs">
      <h3>For test runs</h3>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Where the answer comes from in test runs"
        data={[
          { value: 'live', label: 'Live' },
          { value: 'recorded', label: 'Recorded', disabled: way !== 'recorded' && barred.recorded !== undefined },
          { value: 'static', label: 'Static', disabled: way !== 'static' && barred.pinned !== undefined },
        ]}
        value={way}
        onChange={choose}
        data-testid="test-way"
      />
      <p className={classes.hint} data-testid="test-way-help">
        {HELP[way]} {way === 'live' && (barred.pinned ?? barred.recorded)}
      </p>
      {step.pin !== undefined && <PinEditor step={step} pin={step.pin} pinLast={pinLast} />}
    </section>
  )
}

const HELP: Record<Way, string> = {
  live: 'The agent is called.',
  recorded:
    'The step answers as it did in an earlier run, which is chosen when the test run starts, and its agent is not called. If it is given something else than then, it fails and says so. Real runs call the agent.',
  static: 'The step answers with this, and its agent is not called. It is kept with the workflow; real runs ignore it.',
}

/** Why an answer cannot stand in for this agent. */
function whyNot(agent: Agent | undefined, noRuns: boolean): { recorded?: string; pinned?: string } {
  if (agent?.kind === 'approval') {
    const why = 'An approval asks its person in every run: no answer can stand in for a decision.'
    return { recorded: why, pinned: why }
  }
  return {
    ...(noRuns && { recorded: 'Recorded needs a run of this workflow to answer from.' }),
    ...(agent?.kind === 'condition' && { pinned: 'A condition chooses a branch, which a static answer could not.' }),
  }
}
