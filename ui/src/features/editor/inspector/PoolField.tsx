import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { settingsQuery } from '@/api/settings'
import type { PoolLimits, PoolSettings } from '@/api/types'

import classes from './inspector.module.css'

/** Which pool the step needs a place in, and what that means. */
export function PoolField({ pool, onChange }: { pool: string | undefined; onChange: (pool: string | undefined) => void }) {
  const { data } = useQuery(settingsQuery())
  const pools = (data?.['pools'] ?? {}) as PoolSettings
  const limits = pool === undefined ? undefined : pools[pool]
  return (
    <section className={classes.section}>
      <h3>Pool</h3>
      <Autocomplete
        size="xs"
        label="Needs a place in the pool"
        placeholder="the agent’s own, if it has one"
        data={Object.keys(pools).toSorted((a, b) => a.localeCompare(b))}
        value={pool ?? ''}
        onChange={(text) => onChange(text === '' ? undefined : text)}
        data-testid="policy-pool"
      />
      <p className={classes.hint} data-testid="policy-pool-limits">
        {pool === undefined
          ? 'Steps that share a pool share its limits, over all executions.'
          : limits
            ? `${limitWords(limits)}, shared by all steps of this pool. `
            : data && 'This pool has no limits yet. '}
        {pool !== undefined && (
          <Link to="/settings" className={classes.link} data-testid="policy-pool-settings">
            {limits ? 'Change its limits' : 'Set its limits'}
          </Link>
        )}
      </p>
    </section>
  )
}

function limitWords({ slots, requests_per_minute: requests, tokens_per_minute: tokens }: PoolLimits): string {
  const parts = [
    slots && `${slots.toLocaleString('en-US')} at once`,
    requests && `${requests.toLocaleString('en-US')} requests a minute`,
    tokens && `${tokens.toLocaleString('en-US')} tokens a minute`,
  ].filter(Boolean)
  return parts.join(', ') || 'No limits'
}
