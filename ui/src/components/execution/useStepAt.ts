import { useQuery } from '@tanstack/react-query'

import { nestedStepsQuery } from '@/api/executions'
import type { ExecutionDetail, StepView } from '@/api/types'

/** The step at a path, those within loops and sub-workflows included; turns of later pages are asked for. */
export function useStepAt(execution: ExecutionDetail, path: string | undefined): StepView | undefined {
  const known =
    path === undefined ? undefined : (execution.steps.find((step) => step.path === path) ?? execution.nested.find((step) => step.path === path))
  const turn = known ? null : /^(.*)\[(\d+)\]$/.exec(path ?? '')
  const [, parent = '', number = '0'] = turn ?? []
  const { data } = useQuery({
    ...nestedStepsQuery(execution.id, parent, `${parent}[${Number(number) - 1}]`, 1),
    enabled: turn !== null,
  })
  return known ?? (turn ? data?.steps.find((step) => step.path === path) : undefined)
}
