//! Which workflows are shown, and in which order.

import type { WorkflowSummary } from '@/api/types'

export const ORDERS = [
  { value: 'updated', label: 'Last changed' },
  { value: 'run', label: 'Last run' },
  { value: 'name', label: 'Name' },
] as const

export type Order = (typeof ORDERS)[number]['value']

/** Those whose name or description has every word of `search`, ordered. */
export function arrange(workflows: readonly WorkflowSummary[], search: string, order: Order): WorkflowSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return workflows
    .filter(({ name, description }) => {
      const text = `${name} ${description}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    .sort((a, b) => compare(a, b, order) || a.name.localeCompare(b.name) || a.id.localeCompare(b.id))
}

function compare(a: WorkflowSummary, b: WorkflowSummary, order: Order): number {
  if (order === 'name') return a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: 'base' })
  if (order === 'run') return newest(a.last_execution?.created_at, b.last_execution?.created_at)
  return newest(a.updated_at, b.updated_at)
}

/** Later times first, none last. */
function newest(a: string | undefined, b: string | undefined): number {
  return (b ? Date.parse(b) : 0) - (a ? Date.parse(a) : 0)
}
