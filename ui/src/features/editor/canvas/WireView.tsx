import { BaseEdge, EdgeLabelRenderer, getBezierPath, getSmoothStepPath, useStore, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'

import type { Wire } from '@/graph/flow'

import { useEditor, useUi } from '../session/context'
import { findingOfEdge, onCycle } from '../session/findings'
import { useStepRun } from '../session/useRun'
import { isFar } from './far'
import { WireBadge } from './WireBadge'
import classes from './WireView.module.css'

/** A wire: quiet before a run, coloured by what went through it, red on a cycle or when it can never work. */
export const WireView = memo(function WireView(props: EdgeProps<Wire>) {
  const { id, source, target, selected, data } = props
  const [path, x, y] = pathOf(props)
  const from = useStepRun(source)
  const to = useStepRun(target)
  const inCycle = useEditor((state) => onCycle(state.cycles).edges.has(id))
  const finding = useEditor((state) => findingOfEdge(state.diagnostics, id))
  const far = useStore(isFar)
  const dropping = useUi((ui) => ui.dropEdge === id)

  const followed = from?.status === 'completed' && (data?.branch === undefined || from.branch === data.branch)
  const failedOver = from?.status === 'failed' && data?.branch === 'error'
  const flow =
    !followed && !failedOver
      ? from && (from.status === 'completed' || from.status === 'skipped')
        ? 'off'
        : undefined
      : to?.status === 'running' || to?.status === 'queued'
        ? 'live'
        : 'done'
  const bad = inCycle || finding?.severity === 'error'
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={far ? 0 : 24}
        data-far={far || undefined}
        className={classes.wire}
        data-testid={`edge-${id}`}
        data-flow={flow}
        data-bad={bad || undefined}
        data-warn={(!bad && finding !== undefined) || undefined}
        data-selected={selected || undefined}
        data-dropping={dropping || undefined}
      />
      {(finding || selected) && (
        <EdgeLabelRenderer>
          <WireBadge id={id} x={x} y={y} finding={finding} selected={selected === true} />
        </EdgeLabelRenderer>
      )}
    </>
  )
})

/** A curve forwards; a wire that leads back goes around its steps at right angles. */
function pathOf(props: EdgeProps<Wire>): [path: string, x: number, y: number] {
  const back = props.targetX < props.sourceX - 40
  const [path, x, y] = back ? getSmoothStepPath({ ...props, borderRadius: 14, offset: 26 }) : getBezierPath(props)
  return [path, x, y]
}
