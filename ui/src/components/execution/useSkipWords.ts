//! Why a step did not run, as far as its graph tells.

import { useQuery } from '@tanstack/react-query'

import { executionWorkflowQuery } from '@/api/executions'
import type { ExecutionDetail, StepView } from '@/api/types'

import { skipClause } from './skipped'

/** A clause; undefined when the step was not skipped. A wire whose condition was false is named with its condition. */
export function useSkipWords(execution: ExecutionDetail, step: StepView): string | undefined {
  const reason = step.skip_reason
  const asks = reason?.why === 'branch_not_taken' && step.parent === undefined
  const { data: workflow } = useQuery({ ...executionWorkflowQuery(execution.id), enabled: asks })
  if (!reason) return undefined
  const stepOf = (id: string) => execution.steps.find((one) => one.id === id)
  if (asks) {
    const wire = workflow?.edges.find(({ id, to, from, when }) => to === step.id && when !== undefined && stepOf(from)?.not_taken?.includes(id))
    if (wire) return `the condition on the wire from ${stepOf(wire.from)?.name ?? wire.from} was false (${wire.when})`
  }
  return skipClause(reason, (id) => stepOf(id)?.name ?? id)
}
