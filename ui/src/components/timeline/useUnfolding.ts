import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { fetchChanged, loadRest } from '@/api/executionSteps'
import { nestedStepsQuery } from '@/api/executions'
import { queryClient } from '@/api/queryClient'
import type { ExecutionDetail, StepPage } from '@/api/types'
import { attempt } from '@/components/notify'

import { type Row, type Rows, rowsOf } from './rows'

type Pages = ReadonlyMap<string, StepPage>

/** The rows of an execution, those folded away that nobody asked for; thousands of turns come a page at a time. */
export function useUnfolding(execution: ExecutionDetail): {
  rows: Rows
  /** Shows or hides what runs within a row. */
  toggle: (path: string) => void
  /** Shows the next page. */
  more: (where: NonNullable<Row['more']>) => void
} {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [pages, setPages] = usePages(execution)
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
      if (parent === undefined) return void loadRest(id)
      void (async () => {
        const page = await attempt('More could not be loaded', () => queryClient.fetchQuery(nestedStepsQuery(id, parent, after)))
        if (page) setPages((known) => new Map(known).set(parent, appended(known.get(parent), page)))
      })()
    },
    [id, setPages],
  )
  return { rows, toggle, more }
}

/** The further pages that were asked for, kept up with the execution. */
function usePages({ id, last_seq }: ExecutionDetail): [Pages, (change: (known: Pages) => Pages) => void] {
  const [pages, setPages] = useState<Pages>(new Map())
  const asking = useRef(false)
  useEffect(() => {
    const behind = [...pages].filter(([, page]) => page.last_seq < last_seq)
    if (behind.length === 0 || asking.current) return
    asking.current = true
    void (async () => {
      try {
        for (const [parent, page] of behind) {
          const changed = await fetchChanged(id, page.last_seq, parent)
          setPages((known) => new Map(known).set(parent, renewed(known.get(parent) ?? page, changed)))
        }
      } catch {
        // The next change of the execution asks again.
      } finally {
        asking.current = false
      }
    })()
  }, [id, last_seq, pages])
  return [pages, setPages]
}

/** As of the earlier of both moments: what changed since is asked for again. */
function appended(known: StepPage | undefined, page: StepPage): StepPage {
  if (!known) return page
  const last_seq = Math.min(known.last_seq, page.last_seq)
  return { ...page, steps: [...known.steps, ...page.steps], groups: [...known.groups, ...page.groups], last_seq }
}

function renewed(known: StepPage, changed: StepPage): StepPage {
  const latest = new Map(changed.steps.map((step) => [step.path, step]))
  const groups = new Map([...known.groups, ...changed.groups].map((group) => [group.parent, group]))
  const steps = known.steps.map((step) => latest.get(step.path) ?? step)
  const shown = new Set(steps.map((step) => step.path))
  return { ...known, steps, groups: [...groups.values()].filter((group) => shown.has(group.parent)), last_seq: changed.last_seq }
}
