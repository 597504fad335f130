import { Handle, Position, type NodeProps } from '@xyflow/react'
import { Unplug } from 'lucide-react'
import { memo } from 'react'

import type { GhostNode } from '@/graph/flow'

import classes from './GhostNodeView.module.css'

/** Where a wire leads to a step that is gone: the wire stays, broken and explained. */
export const GhostNodeView = memo(function GhostNodeView({ data }: NodeProps<GhostNode>) {
  return (
    <div className={classes.ghost} role="group" aria-label={`The step ${data.step} is gone`} data-testid={`ghost-${data.step}`}>
      <Handle type="target" id="in" position={Position.Left} className={classes.port} isConnectable={false} />
      <Unplug size={15} aria-hidden />
      <span>
        <code>{data.step}</code> is gone
      </span>
      <Handle type="source" id="out" position={Position.Right} className={classes.port} isConnectable={false} />
    </div>
  )
})
