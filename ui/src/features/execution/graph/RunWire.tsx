import { BaseEdge, type EdgeProps, getBezierPath } from '@xyflow/react'
import { memo } from 'react'

import type { Wire } from '@/graph/flow'

import classes from './graph.module.css'
import { useStepView } from './runs'

/** A wire, by what went along it: nothing yet, data, data on its way into a running step, or nothing at all. */
export const RunWire = memo(function RunWire(props: EdgeProps<Wire>) {
  const [path] = getBezierPath(props)
  const from = useStepView(props.source)
  const to = useStepView(props.target)
  const branch = props.data?.branch
  const taken = from?.status === 'completed' && (branch === undefined || from.branch === branch)
  const failedOver = from?.status === 'failed' && branch === 'error'
  const flow =
    taken || failedOver ? (to?.status === 'running' ? 'live' : to?.status === 'skipped' ? 'off' : 'done') : 'off'
  return (
    <BaseEdge
      id={props.id}
      path={path}
      className={classes.wire}
      data-flow={flow}
      {...(props.markerEnd && { markerEnd: props.markerEnd })}
    />
  )
})
