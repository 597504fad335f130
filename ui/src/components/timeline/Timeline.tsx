import { useElementSize } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type MouseEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'

import { useStandstill } from '@/api/backend'
import { executionWorkflowQuery, isSettled } from '@/api/executions'
import type { ExecutionDetail } from '@/api/types'
import { useVirtualRows } from '@/components/useVirtualRows'

import { Announcer } from './Announcer'
import type { Fold } from './axis'
import { AxisLabels, AxisLines } from './AxisLayer'
import { criticalPath, describePath } from './criticalPath'
import { busySpans, longGaps } from './gaps'
import { namesWidthOf } from './namesWidth'
import { RangeBar } from './RangeBar'
import type { Row, Segment } from './rows'
import { type Hovered, SegmentTip } from './SegmentTip'
import classes from './Timeline.module.css'
import { ROW_HEIGHT, TimelineRow } from './TimelineRow'
import { Toolbar } from './Toolbar'
import { useFollowRows } from './useFollowRows'
import { useUnfolding } from './useUnfolding'
import { useLiveNow } from './useLiveNow'
import { useTimelineView } from './useTimelineView'
import { END_PADDING, followAgain, windowOf, zoomTo } from './view'

/** How often the sums in the summary are renewed while it runs, in microseconds. */
const SUMMARY_EVERY = 250_000

type Props = {
  execution: ExecutionDetail
  selectedStep?: string | undefined
  onSelectStep: (id: string) => void
  /** Grow what runs, and keep the present in view until the person looks elsewhere. */
  live?: boolean
}

/**
 * An execution over time: a row per step, a bar per stretch of an attempt.
 *
 * Ctrl and wheel zooms, drag or Shift and wheel pans, a double click zooms to a bar; arrows, Home and End walk the rows,
 * left and right fold a row or pan, + − 0 zoom. Only what happened is drawn; the critical path needs the document that ran.
 */
export const Timeline = memo(function Timeline({ execution, selectedStep, onSelectStep, live = false }: Props) {
  const running = live && !isSettled(execution.status)
  const unfolding = useUnfolding(execution)
  const { rows, origin, end: endedAt } = unfolding.rows
  // What all steps together say is not known before all are there.
  const whole = execution.next === undefined
  const busy = useMemo(() => (whole ? busySpans(rows) : []), [rows, whole])
  // As large as the workflow: not before the steps are drawn and there.
  const { data: workflow } = useQuery({ ...executionWorkflowQuery(execution.id), enabled: whole })

  const { ref: sizeRef, width: outerWidth } = useElementSize<HTMLDivElement>()
  const namesWidth = useMemo(() => namesWidthOf(rows, outerWidth), [rows, outerWidth])
  const width = Math.max(1, outerWidth - namesWidth)

  const scale = useRef(1)
  const readScale = useCallback(() => scale.current, [])
  const standstill = useStandstill()
  const liveNow = useLiveNow(running && standstill === undefined, readScale)
  const now = Math.max(standstill === undefined ? liveNow : standstill * 1000, origin)
  const end = endedAt ?? now
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const folds = useMemo(
    () => longGaps(busy, origin, end).filter((gap) => !unfolded.has(gap.start)),
    [busy, origin, end, unfolded],
  )
  const extent = useMemo(() => ({ origin, end, folds, width }), [origin, end, folds, width])
  const latestExtent = useRef(extent)

  const area = useRef<HTMLDivElement>(null)
  const { view, setView, zoom, pan, fit } = useTimelineView(area, namesWidth, extent)
  const { axis, scroll } = useMemo(() => windowOf(view, extent), [view, extent])
  useEffect(() => {
    latestExtent.current = extent
    scale.current = axis.scale
  })

  const summaryNow = running ? Math.floor(now / SUMMARY_EVERY) * SUMMARY_EVERY : end
  const path = useMemo(
    () => (workflow && whole ? criticalPath(rows.filter((row) => row.depth === 0), workflow.edges, summaryNow) : undefined),
    [rows, workflow, whole, summaryNow],
  )
  const critical = useMemo(() => new Set(path?.steps.map((step) => step.id)), [path])
  const undoing = useMemo(
    () => new Set(workflow?.edges.flatMap((edge) => (edge.branch === 'compensate' ? [edge.to] : []))),
    [workflow],
  )

  const virtual = useVirtualRows(area, { count: rows.length, height: ROW_HEIGHT })
  const follow = useFollowRows(area, rows, ROW_HEIGHT, running, selectedStep)
  const selectedIndex = useMemo(() => rows.findIndex((row) => row.id === selectedStep), [rows, selectedStep])
  useEffect(() => {
    if (selectedIndex >= 0) virtual.scrollToIndex(selectedIndex, { align: 'auto' })
  }, [virtual, selectedIndex])

  const [hovered, setHovered] = useState<Hovered>()
  const onHover = useCallback((row: Row, segment: Segment | undefined, event: React.PointerEvent) => {
    setHovered(segment && { row, segment, x: event.clientX, y: event.clientY })
  }, [])
  const onUnfold = useCallback((fold: Fold) => setUnfolded((known) => new Set(known).add(fold.start)), [])
  const onZoomTo = useCallback(
    ({ start, end }: Segment) => {
      const extent = latestExtent.current
      setView(() => zoomTo({ start, end: end ?? extent.end }, extent))
    },
    [setView],
  )

  const listId = useId()
  const optionId = (index: number) => `${listId}-${index}`
  const selectRow = (index: number) => {
    const row = rows[Math.min(Math.max(0, index), rows.length - 1)]
    if (row && !row.more) onSelectStep(row.id)
    follow.letGo()
  }

  function onKeyDown(event: KeyboardEvent) {
    const keys: Record<string, () => void> = {
      ArrowDown: () => selectRow(selectedIndex + 1),
      ArrowUp: () => selectRow(selectedIndex - 1),
      PageDown: () => selectRow(selectedIndex + 12),
      PageUp: () => selectRow(selectedIndex - 12),
      Home: () => selectRow(0),
      End: () => selectRow(rows.length - 1),
      ArrowLeft: () => (rows[selectedIndex]?.within?.open ? unfolding.toggle(rows[selectedIndex].id) : pan(-width / 8)),
      ArrowRight: () => (rows[selectedIndex]?.within?.open === false ? unfolding.toggle(rows[selectedIndex].id) : pan(width / 8)),
      '+': () => zoom(1.6),
      '=': () => zoom(1.6),
      '-': () => zoom(1 / 1.6),
      '0': fit,
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  function onClick(event: MouseEvent) {
    if (!(event.target instanceof Element)) return
    const step = event.target.closest<HTMLElement>('[data-step]')?.dataset['step']
    const row = rows.find((each) => each.id === step)
    if (!row) return
    if (row.more) return unfolding.more(row.more)
    if (event.target.closest('[data-fold]')) return unfolding.toggle(row.id)
    onSelectStep(row.id)
  }

  return (
    <div className={classes.timeline} style={{ '--names': `${namesWidth}px` } as CSSProperties} data-testid="timeline">
      <div className={classes.head}>
        <Toolbar
          fitted={view.mode === 'fit'}
          unfolded={unfolded.size > 0}
          following={running ? follow.following && view.mode !== 'free' : undefined}
          onZoom={zoom}
          onFit={fit}
          onFold={() => setUnfolded(new Set())}
          onFollow={() => {
            setView(followAgain)
            follow.resume()
          }}
        />
        <AxisLabels axis={axis} scroll={scroll} width={width} onUnfold={onUnfold} />
      </div>
      <div className={classes.body}>
        <div className={classes.lines}>
          <AxisLines axis={axis} scroll={scroll} width={width} />
        </div>
        <div
          ref={area}
          className={classes.rows}
          role="listbox"
          aria-label="Steps over time"
          aria-activedescendant={selectedIndex >= 0 ? optionId(selectedIndex) : undefined}
          tabIndex={0}
          id={listId}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onScroll={follow.onScroll}
          data-testid="timeline-rows"
        >
          <div ref={sizeRef} role="presentation" style={{ height: rows.length * ROW_HEIGHT, position: 'relative' }}>
            {virtual.getVirtualItems().map(({ index }) => {
              const row = rows[index]
              if (!row) return null
              return (
                <TimelineRow
                  key={row.id}
                  id={optionId(index)}
                  row={row}
                  index={index}
                  count={rows.length}
                  selected={index === selectedIndex}
                  axis={axis}
                  scroll={scroll}
                  width={width}
                  now={now}
                  critical={critical.has(row.id)}
                  undoes={undoing.has(row.id)}
                  sentenceNow={summaryNow}
                  onHover={onHover}
                  onZoomTo={onZoomTo}
                />
              )
            })}
          </div>
        </div>
      </div>
      <RangeBar scroll={scroll} width={width} total={axis.width + END_PADDING} onPan={pan} controls={listId} />
      <div className={classes.foot}>
        {path && (
          <span className={classes.pathSummary} title={describePath(path)} data-testid="timeline-critical-path">
            <i aria-hidden />
            {describePath(path)}
          </span>
        )}
      </div>
      <Announcer rows={rows} />
      {hovered && <SegmentTip hovered={hovered} origin={origin} now={now} />}
    </div>
  )
})
