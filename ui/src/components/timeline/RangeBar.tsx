import { useRef } from 'react'

import classes from './Timeline.module.css'

type Props = { scroll: number; width: number; total: number; onPan: (pixels: number) => void; controls: string }

/** Which part of the axis is in view; drag it to move. Absent while everything is. */
export function RangeBar({ scroll, width, total, onPan, controls }: Props) {
  const track = useRef<HTMLDivElement>(null)
  const dragged = useRef<number>(undefined)
  if (total <= width + 1) return null
  const most = total - width
  return (
    <div ref={track} className={classes.range}>
      <div
        role="scrollbar"
        aria-controls={controls}
        aria-orientation="horizontal"
        aria-label="Part of the time in view"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((scroll / most) * 100)}
        className={classes.thumb}
        style={{ left: `${(scroll / total) * 100}%`, width: `max(24px, ${(width / total) * 100}%)` }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          dragged.current = event.clientX
        }}
        onPointerMove={(event) => {
          if (dragged.current === undefined) return
          const share = (event.clientX - dragged.current) / (track.current?.clientWidth || 1)
          dragged.current = event.clientX
          onPan(share * total)
        }}
        onPointerUp={() => {
          dragged.current = undefined
        }}
        data-testid="timeline-range"
      />
    </div>
  )
}
