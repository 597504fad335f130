import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'

import { type AnyStatus, STATUS } from '@/components/status'
import { StatusIcon } from '@/components/StatusIcon'

import type { Axis } from './axis'
import { Lane } from './Lane'
import type { Row, Segment } from './rows'
import { formatDuration } from './time'
import classes from './row.module.css'
import { countsText, rowLength, rowSentence } from './words'

/** Height of a row in pixels; the style sheet uses the same. */
export const ROW_HEIGHT = 26

type Props = {
  id: string
  row: Row
  index: number
  count: number
  selected: boolean
  axis: Axis
  scroll: number
  width: number
  now: number
  critical: boolean
  /** The present for what is read out: renewed seldom. */
  sentenceNow: number
  onHover: (row: Row, segment: Segment | undefined, event: React.PointerEvent) => void
  onZoomTo: (segment: Segment) => void
  /** It takes back what another step did. */
  undoes: boolean
}

/** How far rows within another are set in. */
const INDENT = 14

/** A step: its status, name and duration on the left, its lane on the right. The list takes the clicks. */
export const TimelineRow = memo(function TimelineRow(props: Props) {
  const { id, row, index, count, selected, critical, sentenceNow, onHover, undoes, ...lane } = props
  const { within } = row
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-setsize={count}
      aria-posinset={index + 1}
      className={classes.row}
      data-step={row.id}
      data-status={row.status}
      data-testid={`timeline-row-${row.id}`}
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
    >
      <span className="sr-only">{rowSentence(row, sentenceNow, critical)}</span>
      <div className={classes.name} aria-hidden="true" style={row.depth > 0 ? { paddingLeft: 12 + row.depth * INDENT } : undefined}>
        {within ? (
          <span className={classes.foldRow} data-fold={row.id} data-testid={`timeline-fold-${row.id}`}>
            {within.open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
          </span>
        ) : null}
        {!row.more && <StatusIcon status={row.shown} size={13} silent />}
        <span className={row.more ? classes.moreText : classes.nameText} title={row.name} dir="auto">
          {row.name}
        </span>
        {undoes && <span className={classes.tag}>undo</span>}
        {within && (
          <span className={classes.tag} title={countsText(within)} data-testid={`timeline-counts-${row.id}`}>
            {within.what === 'turns' && '↻ '}
            {within.total.toLocaleString('en-US')}
            {(within.counts['failed'] ?? 0) > 0 && <b> · {within.counts['failed']} failed</b>}
          </span>
        )}
        <span className={classes.length}>{lengthText(row, lane.now)}</span>
      </div>
      <div className={classes.lane} aria-hidden="true">
        <Lane row={row} critical={critical} onHover={(segment, event) => onHover(row, segment, event)} {...lane} />
      </div>
    </div>
  )
})

/** What took no time worth a number. */
const WORD_ALONE: ReadonlySet<AnyStatus> = new Set<AnyStatus>(['skipped', 'queued', 'not_run'])

function lengthText(row: Row, now: number): string {
  if (row.more) return ''
  if (row.inherited) return 'taken over'
  if (WORD_ALONE.has(row.shown)) return STATUS[row.shown].label.toLowerCase()
  const length = rowLength(row, now)
  if (length === undefined) return ''
  return row.end === undefined ? `${formatDuration(length)}…` : formatDuration(length)
}
