//! The filter of the executions list, as it stands in the address.

import type { ExecutionFilter } from '@/api/executions'
import type { ExecutionStatus } from '@/api/types'
import { STATUS } from '@/components/status'

/** In the order a person looks for them. */
export const STATUSES = [
  'running',
  'pending',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly ExecutionStatus[]

export const STATUS_OPTIONS = STATUSES.map((value) => ({ value, label: STATUS[value].label }))

export type ExecutionsSearch = { workflow?: string; status?: string; q?: string }

/** The API's filter; an address with a status that is none asks for all. */
export function filterOf({ workflow, status, q }: ExecutionsSearch): ExecutionFilter {
  const known = STATUSES.find((each) => each === status)
  return { ...(workflow && { workflow }), ...(known && { status: known }), ...(q?.trim() && { q: q.trim() }) }
}

/** The address for a changed filter; what is empty leaves it. */
export function withFilter(search: ExecutionsSearch, change: Partial<Record<keyof ExecutionsSearch, string | null>>) {
  const next: ExecutionsSearch = { ...search }
  for (const key of ['workflow', 'status', 'q'] as const) {
    if (!(key in change)) continue
    const value = change[key]
    if (value) next[key] = value
    else delete next[key]
  }
  return next
}
