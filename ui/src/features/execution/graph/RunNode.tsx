import { Handle, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'

import { KindIcon } from '@/components/KindIcon'
import { Elapsed } from '@/components/execution/Elapsed'
import { usageOf } from '@/components/execution/sums'
import { plural } from '@/components/format'
import { STATUS } from '@/components/status'
import { StatusIcon } from '@/components/StatusIcon'
import { NODE_HEIGHT, nodeHeight, PORT_PITCH, type StepNode } from '@/graph/flow'
import { handleOf } from '@/graph/lookup'

import classes from './graph.module.css'
import { useStepView } from './runs'

/** Where the first port sits: the middle of a node with a single one. */
const FIRST_PORT = NODE_HEIGHT / 2

/** A step as it ran. */
export const RunNode = memo(function RunNode({ id, data, selected }: NodeProps<StepNode>) {
  const run = useStepView(id)
  const status = run?.status ?? 'pending'
  const labelled = data.ports.length > 1 || data.ports[0]?.branch !== null
  return (
    <div
      className={classes.node}
      style={{ height: nodeHeight(data.ports.length) }}
      data-status={status}
      data-selected={selected || undefined}
      role="group"
      aria-label={`${data.name}, ${STATUS[status].label.toLowerCase()}`}
      data-testid={`run-node-${id}`}
    >
      <Handle type="target" id="in" position={Position.Left} className={classes.port} style={{ top: FIRST_PORT }} />
      <div className={classes.head}>
        <KindIcon kind={data.agent?.kind ?? run?.kind} />
        <div className={classes.words}>
          <b title={data.name}>{data.name}</b>
          <span title={data.summary}>{data.summary}</span>
        </div>
      </div>
      <div className={classes.foot}>
        <Facts id={id} />
      </div>
      {data.ports.map((port, index) => {
        const top = FIRST_PORT + index * PORT_PITCH
        const handle = handleOf(port.branch)
        return (
          <div key={handle}>
            {labelled && port.label && (
              <span
                className={classes.branch}
                style={{ top }}
                data-taken={(run?.branch !== undefined && run.branch === port.branch) || undefined}
              >
                {port.label}
              </span>
            )}
            <Handle type="source" id={handle} position={Position.Right} className={classes.port} style={{ top }} />
          </div>
        )
      })}
    </div>
  )
})

function Facts({ id }: { id: string }) {
  const run = useStepView(id)
  if (!run) return null
  const first = run.attempts[0]
  const last = run.attempts.at(-1)
  const retries = run.attempts.length - 1
  const usage = usageOf(run.attempts)
  return (
    <>
      <span className={classes.status} style={{ color: STATUS[run.status].color }}>
        <StatusIcon status={run.status} size={12} silent />
        {first?.started_at && run.status !== 'skipped' ? (
          <>
            {run.status !== 'completed' && `${STATUS[run.status].label} `}
            <Elapsed from={first.started_at} to={last?.ended_at} />
          </>
        ) : (
          STATUS[run.status].label
        )}
      </span>
      {retries > 0 && <span className={classes.retries}>{plural(retries, 'retry', 'retries')}</span>}
      {last?.sampled && <span>sample</span>}
      {usage.llm_calls > 0 && <span>{plural(usage.input_tokens + usage.output_tokens, 'token')}</span>}
    </>
  )
}
