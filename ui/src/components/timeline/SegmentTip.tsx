import type { Row, Segment } from './rows'
import classes from './tip.module.css'
import { formatClock, formatExact } from './time'
import { lengthOf, segmentTitle } from './words'

/** A bar under the pointer, and where the pointer is. */
export interface Hovered {
  row: Row
  segment: Segment
  x: number
  y: number
}

/** Exact times of the bar under the pointer. Everything in it is also in the details of the selected step. */
export function SegmentTip({ hovered, origin, now }: { hovered: Hovered; origin: number; now: number }) {
  const { row, segment, x, y } = hovered
  const left = Math.min(x + 14, window.innerWidth - 296)
  const below = y < window.innerHeight - 190
  const place = below ? { top: y + 18 } : { bottom: window.innerHeight - y + 12 }
  return (
    <div className={classes.tip} style={{ left, ...place }} role="presentation" data-testid="timeline-tip">
      <b dir="auto">{row.name}</b>
      <div className={classes.tipTitle} data-outcome={segment.outcome}>
        {segmentTitle(segment, row.attempts)}
      </div>
      <dl>
        <dt>{segment.end === undefined ? 'So far' : 'Took'}</dt>
        <dd>{formatExact(lengthOf(segment, now))}</dd>
        <dt>From</dt>
        <dd>
          {formatClock(segment.start)} <span>+{formatExact(segment.start - origin)}</span>
        </dd>
        {segment.end !== undefined && (
          <>
            <dt>To</dt>
            <dd>
              {formatClock(segment.end)} <span>+{formatExact(segment.end - origin)}</span>
            </dd>
          </>
        )}
      </dl>
      {segment.failure && <p>{segment.failure.message.slice(0, 240)}</p>}
    </div>
  )
}
