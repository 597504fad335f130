import { memo } from 'react'

import { type Axis, type Fold, ticksOf } from './axis'
import classes from './axis.module.css'
import { formatDuration, formatRough } from './time'

type Props = { axis: Axis; scroll: number; width: number; onUnfold: (fold: Fold) => void }

/** The labels above the lanes: ticks, and for each folded gap a button with its length. */
export const AxisLabels = memo(function AxisLabels({ axis, scroll, width, onUnfold }: Props) {
  return (
    <div className={classes.axis} data-testid="timeline-axis">
      {ticksOf(axis, scroll, width).map((tick) => (
        <span key={tick.x} className={classes.tickLabel} style={{ transform: `translateX(${tick.x - scroll}px)` }}>
          {tick.label}
        </span>
      ))}
      {visibleFolds(axis, scroll, width).map((fold) => (
        <button
          key={fold.start}
          type="button"
          className={classes.foldLabel}
          style={{ left: fold.x0 - scroll, width: fold.x1 - fold.x0 }}
          onClick={() => onUnfold(fold)}
          aria-label={`Unfold ${formatDuration(fold.end - fold.start)} in which no agent was at work`}
          title={`Nothing ran for ${formatDuration(fold.end - fold.start)}: click to unfold`}
          data-testid="timeline-fold"
        >
          {formatRough(fold.end - fold.start)}
        </button>
      ))}
    </div>
  )
})

/** What lies behind the bars: the tick lines and the zigzags of folded gaps. */
export const AxisLines = memo(function AxisLines({ axis, scroll, width }: Omit<Props, 'onUnfold'>) {
  return (
    <>
      {ticksOf(axis, scroll, width).map((tick) => (
        <i key={tick.x} className={classes.tickLine} style={{ transform: `translateX(${tick.x - scroll}px)` }} />
      ))}
      {visibleFolds(axis, scroll, width).map((fold) => (
        <i key={fold.start} className={classes.fold} style={{ left: fold.x0 - scroll, width: fold.x1 - fold.x0 }} />
      ))}
    </>
  )
})

function visibleFolds(axis: Axis, scroll: number, width: number): Fold[] {
  return axis.folds.filter((fold) => fold.x1 > scroll && fold.x0 < scroll + width)
}
