import { ActionIcon } from '@mantine/core'
import { X } from 'lucide-react'

import type { ExecutionDetail, StepView } from '@/api/types'
import { PayloadView } from '@/components/data/PayloadView'
import { StepActions } from '@/components/execution/StepActions'
import { StepDetail } from '@/components/execution/StepDetail'

import classes from './execution.module.css'

/** The selected step, or the execution's own input and output while none is. */
export function SidePanel(props: {
  execution: ExecutionDetail
  step: StepView | undefined
  /** A new execution was begun from this one. */
  onStarted: (id: string) => void
  onClose: () => void
}) {
  const { execution, step, onStarted, onClose } = props
  return (
    <aside
      className={classes.side}
      aria-label={step ? `Details of ${step.name}` : 'Input and output'}
      data-testid="execution-side"
    >
      {step ? (
        <>
          <ActionIcon
            className={classes.close ?? ''}
            size={22}
            aria-label="Close the details"
            onClick={onClose}
            data-testid="step-detail-close"
          >
            <X size={14} />
          </ActionIcon>
          <StepDetail execution={execution} step={step} actions={<StepActions execution={execution} step={step} onStarted={onStarted} />} />
        </>
      ) : (
        <div className={classes.overview}>
          <p className={classes.hint}>Select a step to see what went into it and what came out.</p>
          <PayloadView reference={execution.input} label="Input of the execution" path="input" />
          {execution.output && <PayloadView reference={execution.output} label="Output of the execution" />}
        </div>
      )}
    </aside>
  )
}
