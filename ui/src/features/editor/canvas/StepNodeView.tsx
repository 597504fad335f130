import { Handle, Position, type NodeProps } from '@xyflow/react'
import { memo } from 'react'

import { KindIcon } from '@/components/KindIcon'
import { STATUS } from '@/components/status'
import { handleOf } from '@/graph/lookup'
import { NODE_HEIGHT, PORT_PITCH, type StepNode } from '@/graph/flow'

import { useEditor } from '../session/context'
import { findingsOfStep, onCycle } from '../session/findings'
import { useStepRun } from '../session/useRun'
import classes from './StepNodeView.module.css'
import { StepStatus } from './StepStatus'

/** A single port sits in the middle; named ones begin beside the last line, so that names cover nothing. */
const MIDDLE = NODE_HEIGHT / 2
const FIRST_NAMED = 65

/** A step on the canvas. */
export const StepNodeView = memo(function StepNodeView({ id, data, selected }: NodeProps<StepNode>) {
  const { step, agent, name, summary, ports } = data
  const run = useStepRun(id)
  const trouble = useEditor((state) => {
    const found = findingsOfStep(state.diagnostics, id)[0]?.severity
    return found === 'info' ? undefined : found
  })
  const inCycle = useEditor((state) => onCycle(state.cycles).steps.has(id))
  const labelled = ports.length > 1 || ports[0]?.branch !== null
  const status = run?.status
  return (
    <div
      className={classes.node}
      data-testid={`node-${id}`}
      data-selected={selected || undefined}
      data-status={status}
      data-trouble={inCycle ? 'error' : trouble}
      data-kind={agent?.kind ?? 'missing'}
      role="group"
      aria-roledescription="step"
      aria-label={`${name}, ${summary}${status ? `, ${STATUS[status].label}` : ''}`}
      style={{ height: NODE_HEIGHT + Math.max(0, ports.length - 1) * PORT_PITCH }}
    >
      <Handle
        type="target"
        id="in"
        position={Position.Left}
        className={classes.port}
        style={{ top: MIDDLE }}
        data-testid={`port-in-${id}`}
        aria-label={`Input of ${name}`}
      />
      <div className={classes.head}>
        <KindIcon kind={agent?.kind} />
        <div className={classes.words}>
          <b title={name}>{name}</b>
          <span title={summary}>{summary}</span>
        </div>
      </div>
      <div className={classes.foot} style={labelled ? { paddingRight: 64 } : undefined}>
        <StepStatus step={step} run={run} missing={agent === undefined} trouble={trouble} />
      </div>
      {ports.map((port, index) => {
        const top = (labelled ? FIRST_NAMED : MIDDLE) + index * PORT_PITCH
        const handle = handleOf(port.branch)
        return (
          <div key={handle}>
            {labelled && port.label && (
              <span className={classes.label} data-gone={port.gone || undefined} data-branch={port.branch} style={{ top }}>
                {port.label}
                {port.gone && <span className="sr-only"> (this branch is gone)</span>}
              </span>
            )}
            <Handle
              type="source"
              id={handle}
              position={Position.Right}
              className={classes.port}
              style={{ top }}
              data-taken={run?.branch !== undefined && run.branch === port.branch ? true : undefined}
              data-error={port.branch === 'error' || undefined}
              data-testid={port.branch === null ? `port-out-${id}` : `port-out-${id}-${port.branch}`}
              aria-label={port.label ? `Output ${port.label} of ${name}` : `Output of ${name}`}
            />
          </div>
        )
      })}
    </div>
  )
})
