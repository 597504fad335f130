//! The table of executions: only the rows in view exist, and the keys walk through all of them.

import { useVirtualizer } from '@tanstack/react-virtual'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'

import type { ExecutionSummary } from '@/api/types'

import { ExecutionRow } from './ExecutionRow'
import classes from './executions.module.css'

const ROW_HEIGHT = 44
const COLUMNS = ['Status', 'Workflow', 'Progress', 'Started', 'Duration', 'Error', 'Actions'] as const

type Props = {
  runs: readonly ExecutionSummary[]
  /** There are no more to load. */
  complete: boolean
  /** The end came into view. */
  onEnd: () => void
}

export function ExecutionsTable({ runs, complete, onEnd }: Props) {
  const navigate = useNavigate()
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string>()
  const activeIndex = Math.max(
    runs.findIndex((run) => run.id === active),
    0,
  )
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    getItemKey: (index) => runs[index]?.id ?? index,
  })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (!complete && last >= runs.length - 10) onEnd()
  }, [complete, last, runs.length, onEnd])

  function move(to: number) {
    const index = Math.min(Math.max(to, 0), runs.length - 1)
    const run = runs[index]
    if (!run) return
    setActive(run.id)
    rows.scrollToIndex(index)
    // The row may have to be drawn first.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus())
  }

  function onKeyDown(event: KeyboardEvent) {
    const page = Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1, 1)
    const target: Record<string, number> = {
      ArrowDown: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: runs.length - 1,
    }
    const to = target[event.key]
    if (to !== undefined) {
      event.preventDefault()
      move(to)
    } else if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.role === 'row') {
      const run = runs[activeIndex]
      if (run) void navigate({ to: '/executions/$id', params: { id: run.id } })
    }
  }

  return (
    <div
      className={classes.table}
      role="grid"
      tabIndex={-1}
      aria-label="Executions"
      aria-rowcount={complete ? runs.length + 1 : -1}
      aria-colcount={COLUMNS.length}
      onKeyDown={onKeyDown}
      data-testid="executions-table"
    >
      <div className={classes.head} role="row" aria-rowindex={1}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader" className={name === 'Actions' ? 'sr-only' : undefined}>
            {name}
          </span>
        ))}
      </div>
      <div className={classes.scroller} ref={scroller} role="rowgroup">
        <div className={classes.rows} role="presentation" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const run = runs[index]
            return (
              run && (
                <ExecutionRow
                  key={run.id}
                  run={run}
                  index={index}
                  top={start}
                  focusable={index === activeIndex}
                  onActivate={setActive}
                />
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}
