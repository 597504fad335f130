import type { AttemptView, StepView, Usage } from '@/api/types'
import { formatCost, plural } from '@/components/format'
import { parseMicros } from '@/components/timeline/time'

/** How many attempts were made beyond the first of each step. */
export function retriesOf(steps: readonly StepView[]): number {
  return steps.reduce((sum, step) => sum + Math.max(0, step.attempts.length - 1), 0)
}

/** What several attempts used together. */
export function usageOf(attempts: readonly AttemptView[]): Usage {
  const total: Usage = { llm_calls: 0, input_tokens: 0, output_tokens: 0 }
  for (const { usage } of attempts) {
    total.llm_calls += usage.llm_calls
    total.input_tokens += usage.input_tokens
    total.output_tokens += usage.output_tokens
    if (usage.cost_usd !== undefined) total.cost_usd = (total.cost_usd ?? 0) + usage.cost_usd
  }
  return total
}

/** `450 tokens · $0.004`; empty when no model was used. */
export function usageText(usage: Usage): string {
  if (usage.llm_calls === 0) return ''
  const tokens = plural(usage.input_tokens + usage.output_tokens, 'token')
  return usage.cost_usd === undefined ? tokens : `${tokens} · ${formatCost(usage.cost_usd)}`
}

/** How long an attempt ran, in microseconds; `undefined` when it never started or has not ended. */
export function attemptLength(attempt: AttemptView): number | undefined {
  const start = parseMicros(attempt.started_at)
  const end = parseMicros(attempt.ended_at)
  return start === undefined || end === undefined ? undefined : Math.max(0, end - start)
}
