import { BaseEdge, EdgeLabelRenderer, useStore, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'

import { isFar } from '@/components/canvas/far'
import { useWirePath } from '@/components/canvas/useWirePath'
import classes from '@/components/canvas/Wire.module.css'
import { WireCondition } from '@/components/canvas/WireCondition'
import { wireFlow } from '@/components/canvas/wireFlow'
import type { Wire } from '@/graph/flow'
import { UNDO_BRANCH } from '@/graph/lookup'

import { useStepView } from './runs'

/** A wire, by what went along it: nothing yet, data, data on its way into a running step, or nothing at all. */
export const RunWire = memo(function RunWire(props: EdgeProps<Wire>) {
  const { id, source, target, data } = props
  const [path, x, y] = useWirePath(props)
  const far = useStore(isFar)
  const flow = wireFlow({ id, branch: data?.branch }, useStepView(source), useStepView(target))
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={0}
        className={classes.wire}
        data-testid={`run-edge-${id}`}
        data-far={far || undefined}
        data-flow={flow}
        data-undo={data?.branch === UNDO_BRANCH || undefined}
      />
      {!far && data?.when !== undefined && (
        <EdgeLabelRenderer>
          <WireCondition edge={id} when={data.when} x={x} y={y} gap={Math.abs(props.targetX - props.sourceX)} flow={flow} />
        </EdgeLabelRenderer>
      )}
    </>
  )
})
