//! The watched execution by step, for thousands of nodes and wires: one observer of the cache, one lookup each.

import { QueryObserver } from '@tanstack/react-query'

import { executionQuery } from '@/api/executions'
import { queryClient } from '@/api/queryClient'
import type { ExecutionDetail, StepView } from '@/api/types'
import { heldSteps } from '@/components/canvas/held'

import type { UiStore } from './ui'

export type RunIndex = {
  run: () => ExecutionDetail | undefined
  step: (id: string) => StepView | undefined
  /** Where a step is held by something that runs within it, in words. */
  held: (id: string) => string | undefined
  subscribe: (listener: () => void) => () => void
  /** Follows the execution named in the editor's state until the answer is called. */
  follow: () => () => void
}

export function createRunIndex(ui: UiStore): RunIndex {
  const listeners = new Set<() => void>()
  let run: ExecutionDetail | undefined
  let steps = new Map<string, StepView>()
  let held = new Map<string, string>()

  const take = (next: ExecutionDetail | undefined) => {
    if (next === run) return
    run = next
    steps = new Map(next?.steps.map((step) => [step.id, step]))
    held = heldSteps(next?.nested ?? [])
    for (const listener of listeners) listener()
  }

  const watch = (id: string | null): (() => void) => {
    if (id === null) {
      take(undefined)
      return () => undefined
    }
    const observer = new QueryObserver(queryClient, executionQuery(id))
    take(observer.getCurrentResult().data)
    return observer.subscribe((result) => take(result.data))
  }

  return {
    run: () => run,
    step: (id) => steps.get(id),
    held: (id) => held.get(id),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    follow: () => {
      let watched = ui.getState().run
      let stop = watch(watched)
      const unsubscribe = ui.subscribe((state) => {
        if (state.run === watched) return
        watched = state.run
        stop()
        stop = watch(watched)
      })
      return () => {
        unsubscribe()
        stop()
      }
    },
  }
}
