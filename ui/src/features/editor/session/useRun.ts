//! The execution shown on the canvas, kept live.

import { useEffect, useSyncExternalStore } from 'react'

import type { ExecutionDetail, StepView } from '@/api/types'
import { useExecutionEvents } from '@/api/useExecutionEvents'
import { watchForEnd } from '@/components/execution/endNotice'

import { useRunIndex, useUi } from './context'

/** Follows the watched execution; mounted once by the page, so that every reader below stays fresh. */
export function useRunFeed(): void {
  const runs = useRunIndex()
  useEffect(() => runs.follow(), [runs])
  useEffect(() => {
    const look = watchForEnd()
    return runs.subscribe(() => look(runs.run()))
  }, [runs])
  useExecutionEvents(useUi((ui) => ui.run) ?? undefined)
}

/** The watched execution; undefined before it is there, or when none is watched. */
export function useRun(): ExecutionDetail | undefined {
  const runs = useRunIndex()
  return useSyncExternalStore(runs.subscribe, runs.run)
}

/** How one step fares in the watched execution. */
export function useStepRun(step: string): StepView | undefined {
  const runs = useRunIndex()
  return useSyncExternalStore(runs.subscribe, () => runs.step(step))
}

/** Where a step is held in the watched execution by something that runs within it, in words. */
export function useHeld(step: string): string | undefined {
  const runs = useRunIndex()
  return useSyncExternalStore(runs.subscribe, () => runs.held(step))
}
