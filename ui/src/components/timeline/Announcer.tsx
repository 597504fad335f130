import { useEffect, useRef, useState } from 'react'

import { STATUS } from '@/components/status'

import type { Row } from './rows'

/** Changes are collected for this long, so that a screen reader is told the outcome and not each flicker. */
const COLLECT_MS = 900
/** More changes than this are counted. */
const NAMED = 3

/** Tells screen readers which steps changed their status. */
export function Announcer({ rows }: { rows: readonly Row[] }) {
  const known = useRef<Map<string, Row['status']>>(undefined)
  const latest = useRef(rows)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [message, setMessage] = useState('')

  useEffect(() => {
    latest.current = rows
    known.current ??= new Map(rows.map((row) => [row.id, row.status]))
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      const before = known.current ?? new Map()
      known.current = new Map(latest.current.map((row) => [row.id, row.status]))
      const text = describeChanges(before, latest.current)
      if (text !== '') setMessage(text)
    }, COLLECT_MS)
  }, [rows])
  useEffect(() => () => clearTimeout(timer.current), [])

  return (
    <div className="sr-only" role="status" aria-live="polite" data-testid="timeline-announcer">
      {message}
    </div>
  )
}

/** `Analyzer completed, Customer Data running`; many changes as `412 completed, 2 failed`. Rows that are new are no news. */
export function describeChanges(before: ReadonlyMap<string, Row['status']>, rows: readonly Row[]): string {
  const changed = rows.filter((row) => row.status !== 'pending' && before.has(row.id) && before.get(row.id) !== row.status)
  const word = (row: Row) => STATUS[row.shown].label.toLowerCase()
  if (changed.length <= NAMED) return changed.map((row) => `${row.name} ${word(row)}`).join(', ')
  const counts = new Map<string, number>()
  for (const row of changed) counts.set(word(row), (counts.get(word(row)) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ')
}
