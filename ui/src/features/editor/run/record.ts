//! The record that steps answer from in a test run, instead of their agents.

import { useInfiniteQuery } from '@tanstack/react-query'

import { executionsQuery, isSettled, type RunChoices } from '@/api/executions'
import type { ExecutionSummary, Workflow } from '@/api/types'

/** The runs of a workflow whose answers can be given again, newest first. */
export function useRecords(workflow: string): ExecutionSummary[] {
  const { data } = useInfiniteQuery(executionsQuery({ workflow }))
  return (data?.pages ?? []).flatMap((page) => page.executions).filter((run) => isSettled(run.status) && run.completed_steps > 0)
}

/** The steps of a document that answer from the record; a pin goes before it. */
export function recordedIn(document: Pick<Workflow, 'steps'>, recorded: ReadonlySet<string>): string[] {
  return document.steps.filter((step) => recorded.has(step.id) && step.pin === undefined).map((step) => step.id)
}

/** What a run is told: of all steps only these answer from that execution's record. */
export function replayOf(document: Pick<Workflow, 'steps'>, of: string, recorded: readonly string[]): RunChoices['replay'] {
  const others = document.steps.filter((step) => !recorded.includes(step.id))
  return { of, steps: Object.fromEntries(others.map((step) => [step.id, 'live' as const])) }
}
