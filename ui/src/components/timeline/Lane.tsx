import { memo } from 'react'

import type { Axis } from './axis'
import type { Row, Segment } from './rows'
import classes from './bars.module.css'
import { barLabel } from './words'

type Props = {
  row: Row
  axis: Axis
  scroll: number
  width: number
  now: number
  critical: boolean
  onHover: (segment: Segment | undefined, event: React.PointerEvent) => void
  onZoomTo: (segment: Segment) => void
}

/** A bar is never narrower, so that microseconds beside minutes can still be seen and hit. */
const LEAST_BAR = 3
/** About the width of a character of a label, and the room around it. */
const CHARACTER = 6.1
const LABEL_PADDING = 14

/** The bars of one step, for the part of the axis that is in view. */
export const Lane = memo(function Lane({ row, axis, scroll, width, now, critical, onHover, onZoomTo }: Props) {
  const bars = row.segments.map((segment, index) => {
    const from = axis.x(segment.start) - scroll
    const to = axis.x(segment.end ?? Math.max(now, segment.start)) - scroll
    if (to < -LEAST_BAR || from > width) return null
    // Long bars are cut at the edges, so that their label stays in view.
    const left = Math.max(from, -8)
    const right = Math.min(Math.max(to, from + LEAST_BAR), width + 8)
    const label = barLabel(segment, row.attempts, now)
    const room = Math.min(right, width) - Math.max(left, 0)
    return (
      <span
        key={index}
        className={classes.bar}
        data-kind={segment.kind}
        data-outcome={segment.outcome}
        data-held={segment.held}
        data-sampled={segment.sampled || undefined}
        data-source={segment.kind === 'running' && segment.source !== 'agent' ? segment.source : undefined}
        data-testid={`timeline-bar-${row.id}-${segment.attempt}-${segment.kind}`}
        style={{ transform: `translateX(${left}px)`, width: right - left }}
        onPointerMove={(event) => onHover(segment, event)}
        onPointerLeave={(event) => onHover(undefined, event)}
        onDoubleClick={() => onZoomTo(segment)}
      >
        {room > label.length * CHARACTER + LABEL_PADDING && (
          <span className={classes.barLabel} style={from < -8 ? { paddingLeft: 8 } : undefined}>
            {label}
          </span>
        )}
      </span>
    )
  })
  const path = critical ? pathLine(row, axis, scroll, width, now) : null
  return (
    <>
      {bars}
      {path}
    </>
  )
})

/** The line under a row that is on the critical path. */
function pathLine(row: Row, axis: Axis, scroll: number, width: number, now: number) {
  if (row.start === undefined) return null
  const left = Math.max(-8, axis.x(row.start) - scroll)
  const right = Math.min(width + 8, Math.max(axis.x(row.end ?? Math.max(now, row.start)) - scroll, left + LEAST_BAR))
  if (right < 0 || left > width) return null
  return <span className={classes.path} style={{ transform: `translateX(${left}px)`, width: right - left }} />
}
