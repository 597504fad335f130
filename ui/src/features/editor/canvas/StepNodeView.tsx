import { Handle, Position, useStore, type NodeProps } from '@xyflow/react'
import { memo, type CSSProperties } from 'react'

import { KindIcon } from '@/components/KindIcon'
import { kindColor } from '@/components/kinds'
import { STATUS } from '@/components/status'
import { handleOf, type Port } from '@/graph/lookup'
import { named, nodeHeight, PORT_TOP, portTop, type StepNode } from '@/graph/flow'

import { VerdictMark } from '../proof/VerdictMark'
import { useEditor, useUi } from '../session/context'
import { findingsOfStep, onCycle } from '../session/findings'
import { useStepRun } from '../session/useRun'
import { isFar } from './far'
import classes from './StepNodeView.module.css'
import { StepStatus } from './StepStatus'

/** A step on the canvas. */
export const StepNodeView = memo(function StepNodeView({ id, data, selected }: NodeProps<StepNode>) {
  const { step, agent, name, summary, ports } = data
  const run = useStepRun(id)
  const trouble = useEditor((state) => {
    const found = findingsOfStep(state.diagnostics, id)[0]?.severity
    return found === 'info' ? undefined : found
  })
  const barred = useUi((ui) => ui.drawing?.barred.has(id) === true && ui.drawing.from !== id)
  const inCycle = useEditor((state) => onCycle(state.cycles).steps.has(id))
  const labelled = named(ports)
  const status = run?.status
  const far = useStore(isFar)
  return (
    <div
      className={classes.node}
      data-testid={`node-${id}`}
      data-selected={selected || undefined}
      data-status={status}
      data-trouble={inCycle ? 'error' : trouble}
      data-kind={agent?.kind ?? 'missing'}
      data-barred={barred || undefined}
      role="group"
      aria-roledescription="step"
      aria-label={`${name}, ${summary}${status ? `, ${STATUS[status].label}` : ''}`}
      data-far={far || undefined}
      style={{ height: nodeHeight(ports.length), ...(far && { '--tile': kindColor(agent?.kind) }) } as CSSProperties}
    >
      {far ? (
        <FarPorts ports={ports} />
      ) : (
        <>
      <Handle
        type="target"
        id="in"
        position={Position.Left}
        className={classes.port}
        style={{ top: PORT_TOP }}
        role="img"
        data-testid={`port-in-${id}`}
        aria-label={`Input of ${name}`}
      />
      <InputFit id={id} />
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
        const top = portTop(ports, index)
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
              role="img"
              data-testid={port.branch === null ? `port-out-${id}` : `port-out-${id}-${port.branch}`}
              aria-label={port.label ? `Output ${port.label} of ${name}` : `Output of ${name}`}
            />
          </div>
        )
      })}
        </>
      )}
    </div>
  )
})

/** While a wire is drawn: how what it carries would fit, at the input it would lead to. */
function InputFit({ id }: { id: string }) {
  const verdict = useUi((ui) => (ui.drawing?.barred.has(id) ? undefined : ui.drawing?.fits.get(id)?.verdict))
  if (verdict === undefined) return null
  return (
    <span className={classes.fit} data-verdict={verdict} style={{ top: PORT_TOP }} data-testid={`fit-${id}`}>
      <VerdictMark verdict={verdict} size={11} />
    </span>
  )
}

/** Ports from far away: nothing to see or hold, but React Flow measures wires by these classes and attributes. */
function FarPorts({ ports }: { ports: readonly Port[] }) {
  return (
    <>
      <i className={`target ${classes.farPort}`} data-handleid="in" data-handlepos="left" style={{ left: 0, top: PORT_TOP }} />
      {ports.map((port, index) => (
        <i
          key={handleOf(port.branch)}
          className={`source ${classes.farPort}`}
          data-handleid={handleOf(port.branch)}
          data-handlepos="right"
          style={{ left: '100%', top: portTop(ports, index) }}
        />
      ))}
    </>
  )
}
