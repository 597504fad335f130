import { Handle, Position } from '@xyflow/react'
import type { CSSProperties, ReactNode } from 'react'

import type { StepStatus } from '@/api/types'
import { KindIcon } from '@/components/KindIcon'
import { kindColor } from '@/components/kinds'
import { type AnyStatus, STATUS } from '@/components/status'
import { named, nodeHeight, PORT_TOP, portTop, type StepData } from '@/graph/flow'
import { handleOf, UNDO_BRANCH, type Port } from '@/graph/lookup'

import classes from './StepCard.module.css'

type Props = {
  id: string
  data: StepData
  /** Seen from so far that nothing can be read. */
  far: boolean
  selected?: boolean
  /** How it fares in the run that is shown. */
  status?: StepStatus | undefined
  /** The same as it is said, where that is another word. */
  shown?: AnyStatus | undefined
  /** The branch that was taken in it. */
  taken?: string | undefined
  trouble?: 'error' | 'warning' | undefined
  /** A wire that is being drawn cannot lead here. */
  barred?: boolean
  /** Over the dot of the input. */
  overInput?: ReactNode
  /** The last line. */
  foot: ReactNode
  /** Over the upper edge. */
  marks?: ReactNode
  /** Before its test ids, where a second canvas shows the same steps. */
  prefix?: string
}

/** What a step looks like, wherever it is drawn. */
export function StepCard(props: Props) {
  const { id, data, far, selected = false, status, shown = status, taken, trouble, barred = false, overInput, foot, marks, prefix = '' } = props
  const { agent, name, summary, ports } = data
  return (
    <div
      className={classes.node}
      data-testid={`${prefix}node-${id}`}
      data-selected={selected || undefined}
      data-status={status}
      data-shown={shown}
      data-trouble={trouble}
      data-kind={agent?.kind ?? 'missing'}
      data-barred={barred || undefined}
      data-loop={data.step.loop !== undefined || undefined}
      data-pinned={data.step.pin !== undefined || undefined}
      role="group"
      aria-roledescription="step"
      aria-label={`${name}, ${summary}${shown ? `, ${STATUS[shown].label}` : ''}`}
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
            data-testid={`${prefix}port-in-${id}`}
            aria-label={`Input of ${name}`}
          />
          {overInput}
          {marks}
          <div className={classes.head}>
            <KindIcon kind={agent?.kind} />
            <div className={classes.words}>
              <b title={name} dir="auto">{name}</b>
              <span title={summary}>{summary}</span>
            </div>
          </div>
          <div className={classes.foot} style={named(ports) ? { paddingRight: 64 } : undefined}>
            {foot}
          </div>
          <OutputPorts testId={`${prefix}port-out-${id}`} name={name} ports={ports} taken={taken} />
        </>
      )}
    </div>
  )
}

type PortProps = { testId: string; name: string; ports: readonly Port[]; taken: string | undefined }

function OutputPorts({ testId, name, ports, taken }: PortProps) {
  const labelled = named(ports)
  return ports.map((port, index) => {
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
          data-taken={taken !== undefined && taken === port.branch ? true : undefined}
          data-error={port.branch === 'error' || port.branch === 'rejected' || undefined}
          data-undo={port.branch === UNDO_BRANCH || undefined}
          role="img"
          data-testid={port.branch === null ? testId : `${testId}-${port.branch}`}
          aria-label={port.label ? `Output ${port.label} of ${name}` : `Output of ${name}`}
        />
      </div>
    )
  })
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
