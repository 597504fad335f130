import { Tooltip } from '@mantine/core'
import { useReactFlow } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import type { ReactNode } from 'react'

import classes from './CanvasControls.module.css'

/** The corner of a canvas: zoom, show everything, and what else there is to do. `keys`: those of the canvas work. */
export function CanvasControls({ label, keys = false, children }: { label: string; keys?: boolean; children?: ReactNode }) {
  const flow = useReactFlow()
  const hint = (key: string) => (keys ? { keys: key } : {})
  return (
    <div className={classes.controls} role="toolbar" aria-label={label}>
      <Control label="Zoom out" {...hint('−')} id="zoom-out" onClick={() => void flow.zoomOut({ duration: 100 })}>
        <Minus size={15} />
      </Control>
      <Control label="Zoom in" {...hint('+')} id="zoom-in" onClick={() => void flow.zoomIn({ duration: 100 })}>
        <Plus size={15} />
      </Control>
      <Control label="Show everything" {...hint('1')} id="fit" onClick={() => void flow.fitView({ padding: '40px', maxZoom: 1, duration: 150 })}>
        <Maximize size={14} />
      </Control>
      {children}
    </div>
  )
}

type Props = { label: string; keys?: string; id: string; disabled?: boolean; onClick: () => void; children: ReactNode }

/** One of its buttons. `keys`: what does the same, as people read it. */
export function Control({ label, keys, id, disabled = false, onClick, children }: Props) {
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label}>
      <button type="button" aria-label={label} data-testid={`canvas-${id}`} disabled={disabled} onClick={onClick}>
        {children}
      </button>
    </Tooltip>
  )
}
