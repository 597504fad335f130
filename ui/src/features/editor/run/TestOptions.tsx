import { Switch } from '@mantine/core'
import { useState } from 'react'

import type { RunChoices } from '@/api/executions'
import { plural } from '@/components/format'

import { useEditor, useSession, useUi } from '../session/context'
import { RecordChoice } from './RecordChoice'
import { recordedIn, replayOf, useRecords } from './record'
import classes from './RunForm.module.css'

/** What is special about a test run, as chosen here and on the steps. */
export function useTestChoices() {
  const session = useSession()
  const [debug, setDebug] = useState(false)
  const [bypass, setBypass] = useState(false)
  const [chosen, setChosen] = useState<string>()
  const upTo = useUi((state) => state.runUpTo)
  const shown = useUi((state) => state.run)
  const marked = useUi((state) => state.recorded)
  const steps = useEditor((state) => state.document.steps)
  const recorded = recordedIn({ steps }, marked)
  const records = useRecords(session.id)
  // What somebody is looking at is what they mean.
  const record = chosen ?? (records.find((run) => run.id === shown) ?? records[0])?.id
  const choices = (): RunChoices => {
    const replay = recorded.length > 0 && record !== undefined ? replayOf({ steps }, record, recorded) : undefined
    return {
      ...(debug && { debug }),
      ...(bypass && { bypass_cache: bypass }),
      ...(upTo !== null && { up_to: upTo }),
      ...(replay && { replay }),
    }
  }
  return { debug, setDebug, bypass, setBypass, recorded, records, record, setRecord: setChosen, choices }
}

/** Stops, cache and record: what test runs have and real ones do not. */
export function TestOptions({ test }: { test: ReturnType<typeof useTestChoices> }) {
  const stops = useEditor((state) => state.document.steps.filter((step) => step.breakpoint && !step.breakpoint.disabled).length)
  const cached = useEditor((state) => state.document.steps.some((step) => step.policy?.cache))
  return (
    <>
      {test.recorded.length > 0 && (
        <RecordChoice steps={test.recorded.length} records={test.records} value={test.record} onChange={test.setRecord} />
      )}
      <div className={classes.options}>
        <Switch
          size="xs"
          label="Debug"
          description={stops === 0 ? 'No breakpoints are set; F9 sets one' : `Stops at ${plural(stops, 'breakpoint')}`}
          checked={test.debug}
          onChange={(event) => test.setDebug(event.target.checked)}
          data-testid="run-debug"
        />
        {cached && (
          <Switch
            size="xs"
            label="Bypass the cache"
            description="Agents are asked again"
            checked={test.bypass}
            onChange={(event) => test.setBypass(event.target.checked)}
            data-testid="run-bypass-cache"
          />
        )}
      </div>
    </>
  )
}
