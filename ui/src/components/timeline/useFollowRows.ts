import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

import type { Row } from './rows'

/**
 * Keeps the row that began last in view while `active`, until the person scrolls; `resume` takes it up again. When that ends
 * and nobody has looked elsewhere, what failed is in view, else what is selected, else the top.
 *
 * A scroll is the person's when it ends elsewhere than where the last one of ours did.
 */
export function useFollowRows(
  area: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  rowHeight: number,
  active: boolean,
  selected?: string | undefined,
) {
  const [following, setFollowing] = useState(true)
  const ours = useRef(0)

  const newest = active ? newestIndex(rows) : -1
  useEffect(() => {
    const element = area.current
    if (!element || newest < 0 || !following) return
    const top = newest * rowHeight
    bringIntoView(element, top, rowHeight)
    ours.current = element.scrollTop
  }, [area, newest, rowHeight, following])

  const was = useRef(active)
  useEffect(() => {
    const ended = was.current && !active
    was.current = active
    if (!ended || !following || !area.current) return
    const failed = rows.findIndex((row) => row.status === 'failed')
    const shown = failed < 0 ? rows.findIndex((row) => row.id === selected) : failed
    if (shown < 0) area.current.scrollTo({ top: 0 })
    else bringIntoView(area.current, shown * rowHeight, rowHeight)
  }, [area, active, following, rows, rowHeight, selected])

  const onScroll = useCallback(() => {
    const top = area.current?.scrollTop ?? 0
    if (active && Math.abs(top - ours.current) > 2) setFollowing(false)
  }, [area, active])
  const letGo = useCallback(() => setFollowing(false), [])
  const resume = useCallback(() => setFollowing(true), [])

  return { following, onScroll, letGo, resume }
}

function bringIntoView(element: HTMLElement, top: number, height: number): void {
  const seen = top >= element.scrollTop && top + height <= element.scrollTop + element.clientHeight
  if (!seen) element.scrollTo({ top: Math.max(0, top - element.clientHeight / 2) })
}

/** The row that began last among those that have not ended. */
function newestIndex(rows: readonly Row[]): number {
  let best = -1
  let start = -Infinity
  rows.forEach((row, index) => {
    if (row.start !== undefined && row.end === undefined && row.start > start) {
      start = row.start
      best = index
    }
  })
  return best
}
