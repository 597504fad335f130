//! Executions to test the timeline with.

import type { AttemptView, ExecutionDetail, ExecutionStatus, StepView } from '@/api/types'

/** Noon of a day, plus microseconds, as the API writes it. */
export function instant(micros: number): string {
  const whole = new Date(Date.UTC(2026, 10, 20, 12) + Math.floor(micros / 1000)).toISOString().slice(0, -1)
  return `${whole}${String(micros % 1000).padStart(3, '0')}Z`
}

/** Microseconds since 1970 of {@link instant}`(0)`. */
export const ZERO = Date.UTC(2026, 10, 20, 12) * 1000

/** An attempt with its instants in microseconds after the start. */
export function attempt(
  number: number,
  times: { queued: number; started?: number; ended?: number; due?: number },
  more: Partial<AttemptView> = {},
): AttemptView {
  const view: AttemptView = {
    attempt: number,
    queued_at: instant(times.queued),
    status: times.ended === undefined ? (times.started === undefined ? 'queued' : 'running') : 'completed',
    sampled: false,
    source: 'agent',
    usage: { llm_calls: 0, input_tokens: 0, output_tokens: 0 },
    log: [],
    ...more,
  }
  if (times.started !== undefined) view.started_at = instant(times.started)
  if (times.ended !== undefined) view.ended_at = instant(times.ended)
  if (times.due !== undefined) view.next_due = instant(times.due)
  return view
}

/** A step whose status follows from its last attempt. */
export function step(id: string, position: number, attempts: AttemptView[], more: Partial<StepView> = {}): StepView {
  return { path: id, id, name: id, position, inherited: false, after: [], status: attempts.at(-1)?.status ?? 'pending', attempts, ...more }
}

/** An execution of these steps that began at {@link instant}`(0)`. */
export function execution(status: ExecutionStatus, steps: StepView[], ended?: number): ExecutionDetail {
  const detail: ExecutionDetail = {
    id: 'exec-1',
    workflow_id: 'wf-1',
    workflow_name: 'Test',
    mode: 'test',
    status,
    completed_steps: steps.filter((one) => one.status === 'completed').length,
    settled_steps: steps.filter((one) => ['completed', 'failed', 'skipped', 'cancelled'].includes(one.status)).length,
    total_steps: steps.length,
    created_at: instant(0),
    started_at: instant(0),
    usage: { llm_calls: 0, input_tokens: 0, output_tokens: 0 },
    input: { hash: 'h', bytes: 2 },
    steps,
    nested: [],
    groups: [],
    options: { debug: false, step_over: false, bypass_cache: false },
    last_seq: 1,
  }
  if (ended !== undefined) detail.completed_at = instant(ended)
  return detail
}

/** A failure an attempt can end with. */
export const timeout = { code: 'timeout', message: 'took longer than 4 s', transient: true } as const
