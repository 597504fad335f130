import { Select } from '@mantine/core'
import { Rewind } from 'lucide-react'

import type { ExecutionSummary } from '@/api/types'
import { formatMoment, plural } from '@/components/format'
import { STATUS } from '@/components/status'

import classes from './RunForm.module.css'

type Props = {
  /** How many steps answer from it. */
  steps: number
  records: readonly ExecutionSummary[]
  value: string | undefined
  onChange: (execution: string) => void
}

/** Which earlier run the recorded steps answer from. */
export function RecordChoice({ steps, records, value, onChange }: Props) {
  return (
    <div className={classes.record} data-testid="run-record">
      <Rewind size={14} aria-hidden />
      <span>
        {plural(steps, 'step')} {steps === 1 ? 'answers' : 'answer'} as in
      </span>
      <Select
        size="xs"
        aria-label="The run whose answers are given again"
        data={records.map((run) => ({
          value: run.id,
          label: `${STATUS[run.status].label} ${formatMoment(Date.parse(run.created_at))} · ${run.id}`,
        }))}
        value={value ?? null}
        onChange={(next) => next && onChange(next)}
        placeholder="no run yet: the step will fail"
        allowDeselect={false}
        className={classes.recordPick ?? ''}
        data-testid="run-record-of"
      />
    </div>
  )
}
