import { Button, Group, NumberInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Eraser } from 'lucide-react'
import { useState, type FormEvent } from 'react'

import { cleanStorage, keepAtMost, lookAtCleaning, storageQuery } from '@/api/storage'
import type { StorageLimits, StorageView } from '@/api/types'
import { askToConfirm } from '@/components/confirm'
import { ErrorPanel } from '@/components/ErrorPanel'
import { formatBytes, plural } from '@/components/format'
import { attempt, notifyDone } from '@/components/notify'
import { Pending } from '@/components/Pending'

import classes from './settings.module.css'
import { draftOf, limitsOf, partsOf, type LimitsDraft } from './storage'
import { useUnsaved } from './unsaved'

/** What takes space, what is kept of executions, and cleaning up now. */
export function Storage() {
  const { data, error, refetch } = useQuery(storageQuery())
  if (error && !data) return <ErrorPanel error={error} title="What takes space could not be told" retry={() => void refetch()} />
  if (!data) return <Pending />
  return (
    <div className={classes.pools}>
      <Use storage={data} />
      <LimitsForm kept={data.limits} />
    </div>
  )
}

function Use({ storage }: { storage: StorageView }) {
  const parts = partsOf(storage).filter(({ bytes }) => bytes > 0)
  return (
    <div>
      <strong>{formatBytes(parts.reduce((sum, { bytes }) => sum + bytes, 0))} in all</strong>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ id, bytes }) => (
          <span key={id} data-part={id} style={{ flexGrow: bytes }} />
        ))}
      </div>
      <dl className={classes.parts} data-testid="storage-use">
        {parts.map(({ id, label, count, bytes }) => (
          <div key={id}>
            <dt>
              <span className={classes.swatch} data-part={id} aria-hidden />
              {label}
            </dt>
            <dd className={classes.count}>{count}</dd>
            <dd>{formatBytes(bytes)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function LimitsForm({ kept }: { kept: StorageLimits }) {
  const [draft, setDraft] = useState<LimitsDraft>(() => draftOf(kept))
  const [busy, setBusy] = useState(false)
  const next = limitsOf(draft, kept)
  const dirty = JSON.stringify(next) !== JSON.stringify(limitsOf(draftOf(kept), kept))
  useUnsaved('the storage limits', dirty)
  const field = (name: keyof LimitsDraft, label: string, suffix: string) => (
    <NumberInput
      label={label}
      placeholder="no limit"
      min={name === 'gibibytes' ? 0.01 : 1}
      max={1_000_000_000}
      allowNegative={false}
      allowDecimal={name === 'gibibytes'}
      decimalScale={2}
      thousandSeparator=","
      suffix={suffix}
      hideControls
      value={draft[name]}
      onChange={(value) => setDraft({ ...draft, [name]: typeof value === 'number' && value > 0 ? value : '' })}
      data-testid={`storage-${name}`}
    />
  )

  async function save(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    const done = await attempt('The limits were not saved', async () => {
      await keepAtMost(next)
      return true
    })
    setBusy(false)
    if (done) notifyDone('The limits were saved. They are looked after once an hour, and when you clean up.')
  }

  return (
    <form className={classes.pools} onSubmit={(event) => void save(event)}>
      <div className={classes.limits}>
        {field('days', 'Keep for', ' days')}
        {field('executions', 'Keep the newest', ' executions')}
        {field('gibibytes', 'Use at most', ' GiB')}
      </div>
      <Group gap="sm">
        {(dirty || busy) && (
          <>
            <Button type="submit" variant="filled" loading={busy} data-testid="storage-save">
              Save
            </Button>
            <Button onClick={() => setDraft(draftOf(kept))} data-testid="storage-discard">
              Discard
            </Button>
          </>
        )}
        <Button leftSection={<Eraser size={13} />} disabled={dirty || busy} onClick={() => void askToClean()} data-testid="storage-clean">
          Clean up now…
        </Button>
      </Group>
    </form>
  )
}

/** Executions that go are gone for good, so it asks, and says how many. */
async function askToClean(): Promise<void> {
  const would = await attempt('What would go could not be told', lookAtCleaning)
  if (!would) return
  const over = would.bytes > 0 ? ` ${formatBytes(would.bytes)} more than allowed are in use, so the oldest go as well.` : ''
  askToConfirm({
    title: 'Clean up?',
    body: `${would.executions === 0 ? 'No execution' : plural(would.executions, 'execution')} would go because of age or number.${over} Starred ones stay. Data nothing refers to any more is let go of, and the space is given back.`,
    confirm: 'Clean up',
    danger: would.executions > 0 || would.bytes > 0,
    run: async () => {
      const cleaned = await attempt('Cleaning up did not work', cleanStorage)
      if (cleaned) notifyDone(`${plural(cleaned.executions, 'execution')} and ${plural(cleaned.payloads, 'value')} went; ${formatBytes(cleaned.bytes)} were given back.`)
    },
  })
}
