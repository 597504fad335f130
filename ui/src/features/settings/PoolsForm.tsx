import { ActionIcon, Button, Group, NumberInput, TextInput } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { useRef, useState, type FormEvent } from 'react'

import { putSetting } from '@/api/settings'
import type { PoolSettings } from '@/api/types'
import { attempt, notifyDone } from '@/components/notify'

import { LIMITS, nameProblem, poolsOf, rowsOf, samePools, type PoolRow } from './pools'
import classes from './settings.module.css'
import { useUnsaved } from './unsaved'

const COLUMN = {
  slots: { title: 'At once', help: 'Most attempts at work at the same time' },
  requests_per_minute: { title: 'Requests / min', help: 'Most attempts that begin in a minute' },
  tokens_per_minute: { title: 'Tokens / min', help: 'Most tokens of language models in a minute' },
} as const

/** Named pools: what steps that share something may ask of it. */
export function PoolsForm({ kept }: { kept: PoolSettings }) {
  const [rows, setRows] = useState(() => rowsOf(kept))
  const [busy, setBusy] = useState(false)
  const nextKey = useRef(rows.length)
  const form = useRef<HTMLFormElement>(null)
  const problems = rows.map((row) => nameProblem(row, rows))
  const dirty = rows.length !== Object.keys(kept).length || !samePools(poolsOf(rows), kept)
  useUnsaved('the pools', dirty)
  const change = (key: number, part: Partial<PoolRow>) => setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))

  const add = () => {
    const key = nextKey.current++
    setRows([...rows, { key, name: '', slots: 4 }])
    requestAnimationFrame(() => form.current?.querySelector<HTMLInputElement>(`[data-pool="${key}"] input`)?.focus())
  }

  async function save(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    const next = poolsOf(rows)
    const done = await attempt('The pools were not saved', async () => {
      await putSetting('pools', Object.keys(next).length > 0 ? next : null)
      return true
    })
    setBusy(false)
    if (!done) return
    setRows(rowsOf(next))
    nextKey.current = rows.length
    notifyDone('The pools were saved. They hold from now on, also for what waits already.')
  }

  return (
    <form ref={form} className={classes.pools} onSubmit={(event) => void save(event)} data-testid="pools">
      {rows.length === 0 ? (
        <p className={classes.none} data-testid="pools-none">
          There are no limits yet. Add a pool, then name it on a step under Policy.
        </p>
      ) : (
        <div className={classes.poolRows} role="table" aria-label="Pools">
          <div role="row" className={classes.poolHead}>
            <span role="columnheader">Name</span>
            {LIMITS.map((limit) => (
              <span key={limit} role="columnheader" title={COLUMN[limit].help}>
                {COLUMN[limit].title}
              </span>
            ))}
            <span role="columnheader">
              <span className="sr-only">Remove</span>
            </span>
          </div>
          {rows.map((row, index) => (
            <div role="row" key={row.key} className={classes.poolRow} data-pool={row.key} data-testid={`pool-${index}`}>
              <div role="cell">
                <TextInput
                  aria-label="Name of the pool"
                  placeholder="openai"
                  value={row.name}
                  error={row.name === '' ? undefined : problems[index]}
                  onChange={(event) => change(row.key, { name: event.currentTarget.value })}
                  data-testid={`pool-name-${index}`}
                />
              </div>
              {LIMITS.map((limit) => (
                <div role="cell" key={limit}>
                  <NumberInput
                    aria-label={`${COLUMN[limit].title}, pool ${row.name || index + 1}`}
                    title={COLUMN[limit].help}
                    placeholder="no limit"
                    min={1}
                    max={1_000_000_000}
                    allowDecimal={false}
                    allowNegative={false}
                    thousandSeparator=","
                    hideControls
                    value={row[limit] ?? ''}
                    onChange={(value) => change(row.key, { [limit]: typeof value === 'number' && value >= 1 ? value : null })}
                    data-testid={`pool-${limit}-${index}`}
                  />
                </div>
              ))}
              <div role="cell">
                <ActionIcon
                  size={30}
                  aria-label={`Remove the pool ${row.name || index + 1}`}
                  onClick={() => setRows(rows.filter((other) => other.key !== row.key))}
                  data-testid={`pool-remove-${index}`}
                >
                  <Trash2 size={14} />
                </ActionIcon>
              </div>
            </div>
          ))}
        </div>
      )}
      <Group gap="sm">
        <Button leftSection={<Plus size={13} />} onClick={add} data-testid="pool-add">
          Add a pool
        </Button>
        {(dirty || busy) && (
          <>
            <Button type="submit" variant="filled" disabled={problems.some(Boolean)} loading={busy} data-testid="pools-save">
              Save
            </Button>
            <Button onClick={() => setRows(rowsOf(kept))} data-testid="pools-discard">
              Discard
            </Button>
          </>
        )}
      </Group>
    </form>
  )
}
