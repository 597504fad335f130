import { useCallback, useMemo, useState } from 'react'

import { nestedStepsQuery } from '@/api/executions'
import { queryClient } from '@/api/queryClient'
import type { ExecutionDetail, StepView } from '@/api/types'
import { attempt } from '@/components/notify'

import { type Row, type Rows, rowsOf } from './rows'

const NO_PAGES: ReadonlyMap<string, readonly StepView[]> = new Map()

/** The rows of an execution, those folded away that nobody asked for; thousands of turns come a page at a time. */
export function useUnfolding(execution: ExecutionDetail): {
  rows: Rows
  /** Shows or hides what runs within a row. */
  toggle: (path: string) => void
  /** Shows the next page. */
  more: (where: NonNullable<Row['more']>) => void
} {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [pages, setPages] = useState(NO_PAGES)
  const rows = useMemo(() => rowsOf(execution, { open, pages }), [execution, open, pages])
  const toggle = useCallback((path: string) => {
    setOpen((known) => {
      const next = new Set(known)
      if (!next.delete(path)) next.add(path)
      return next
    })
  }, [])
  const { id } = execution
  const more = useCallback(
    ({ parent, after }: NonNullable<Row['more']>) => {
      void (async () => {
        const page = await attempt('More could not be loaded', () => queryClient.fetchQuery(nestedStepsQuery(id, parent, after)))
        if (page) setPages((known) => new Map(known).set(parent, [...(known.get(parent) ?? []), ...page.steps]))
      })()
    },
    [id],
  )
  return { rows, toggle, more }
}
