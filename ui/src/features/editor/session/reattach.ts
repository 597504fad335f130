//! Back at the run that was being watched when the page was left or loaded anew. A run goes on without its page; what is
//! under way is shown again as if nobody had gone.

import { useEffect } from 'react'

import { executionsQuery, isSettled } from '@/api/executions'
import { queryClient } from '@/api/queryClient'
import type { ExecutionSummary } from '@/api/types'

import { useSession, useUiStore } from './context'
import { watchRun } from './ui'

const KEY = 'heddle.watched.'

type Run = Pick<ExecutionSummary, 'id' | 'status' | 'mode'>

/**
 * Which of these (newest first) to show: the newest test run that is under way, or the one this tab watched last,
 * however it was begun and even when it has ended since.
 */
export function runToShow<R extends Run>(runs: readonly R[], watchedLast: string | null): R | undefined {
  return (
    runs.find((run) => !isSettled(run.status) && (run.mode === 'test' || run.id === watchedLast)) ??
    runs.find((run) => run.id === watchedLast)
  )
}

/** Shows that run when the editor opens and none is watched; remembers for this tab which one is. */
export function useReattach(): void {
  const session = useSession()
  const ui = useUiStore()
  useEffect(() => {
    const key = KEY + session.id
    const stop = ui.subscribe(({ run }, before) => {
      if (run !== null && run !== before.run) sessionStorage.setItem(key, run)
    })
    let left = false
    const show = async () => {
      // Without an answer the runs are still listed in the lower panel.
      const runs = await queryClient.fetchInfiniteQuery(executionsQuery({ workflow: session.id })).catch(() => null)
      const found = runToShow(runs?.pages[0]?.executions ?? [], sessionStorage.getItem(key))
      if (left || !found || ui.getState().run !== null) return
      if (isSettled(found.status)) ui.setState({ run: found.id })
      else watchRun(ui, found.id)
    }
    if (ui.getState().run === null) void show()
    return () => {
      left = true
      stop()
    }
  }, [session, ui])
}
