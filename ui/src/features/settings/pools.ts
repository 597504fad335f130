//! The limits of pools, as rows to fill in and as rules.

import type { PoolLimits, PoolSettings } from '@/api/types'

/** A pool as it is filled in; `key` tells rows apart while names change. */
export type PoolRow = { key: number; name: string } & PoolLimits

export const LIMITS = ['slots', 'requests_per_minute', 'tokens_per_minute'] as const

/** One row for each pool, in the order of their names. */
export function rowsOf(pools: PoolSettings): PoolRow[] {
  const names = Object.keys(pools).toSorted((a, b) => a.localeCompare(b))
  return names.map((name, key) => ({ key, name, ...limitsOf(pools[name] ?? {}) }))
}

/** What is kept: names without blanks around them, limits that are set. */
export function poolsOf(rows: readonly PoolRow[]): PoolSettings {
  return Object.fromEntries(rows.map((row) => [row.name.trim(), limitsOf(row)]))
}

function limitsOf(limits: PoolLimits): PoolLimits {
  const set: PoolLimits = {}
  for (const limit of LIMITS) {
    const value = limits[limit]
    if (value !== undefined && value !== null) set[limit] = value
  }
  return set
}

/** Why a row cannot be kept. */
export function nameProblem(row: PoolRow, rows: readonly PoolRow[]): string | undefined {
  const name = row.name.trim()
  if (name === '') return 'A pool has a name: steps say which one they need.'
  return rows.some((other) => other.key !== row.key && other.name.trim() === name) ? 'There is a pool of that name already.' : undefined
}

/** Whether the two say the same, whatever the order. */
export function samePools(a: PoolSettings, b: PoolSettings): boolean {
  const text = (pools: PoolSettings) => JSON.stringify(poolsOf(rowsOf(pools)))
  return text(a) === text(b)
}
