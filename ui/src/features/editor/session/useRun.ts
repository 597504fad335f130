//! The execution shown on the canvas, kept live.

import { useQuery } from '@tanstack/react-query'

import { executionQuery } from '@/api/executions'
import type { ExecutionDetail, StepView } from '@/api/types'
import { useExecutionEvents } from '@/api/useExecutionEvents'

import { useUi } from './context'

const indexes = new WeakMap<ExecutionDetail, Map<string, StepView>>()

function indexOf(run: ExecutionDetail): Map<string, StepView> {
  let index = indexes.get(run)
  if (!index) indexes.set(run, (index = new Map(run.steps.map((step) => [step.id, step]))))
  return index
}

/** Follows the watched execution; mounted once by the page, so that every reader below stays fresh. */
export function useRunFeed(): void {
  useExecutionEvents(useUi((ui) => ui.run) ?? undefined)
}

/** The watched execution; undefined before it is there, or when none is watched. */
export function useRun(): ExecutionDetail | undefined {
  const run = useUi((ui) => ui.run)
  return useQuery({ ...executionQuery(run ?? ''), enabled: run !== null }).data
}

/** How one step fares in the watched execution. */
export function useStepRun(step: string): StepView | undefined {
  const run = useUi((ui) => ui.run)
  const { data } = useQuery({
    ...executionQuery(run ?? ''),
    enabled: run !== null,
    select: (detail) => indexOf(detail).get(step),
  })
  return run === null ? undefined : data
}
