//! What is kept, as a person fills it in, and what takes space, as parts of a whole.

import type { StorageLimits, StorageView } from '@/api/types'
import { formatBytes, GIBIBYTE, plural } from '@/components/format'

/** The limits in a form; empty is no limit. */
export type LimitsDraft = { days: number | ''; executions: number | ''; gibibytes: number | '' }

export function draftOf(limits: StorageLimits): LimitsDraft {
  return {
    days: limits.max_age_days ?? '',
    executions: limits.max_executions ?? '',
    gibibytes: limits.max_bytes === undefined ? '' : Math.round((limits.max_bytes / GIBIBYTE) * 100) / 100,
  }
}

/** A size that was not touched stays what it was to the byte. */
export function limitsOf(draft: LimitsDraft, before: StorageLimits): StorageLimits {
  const sameSize = draft.gibibytes === draftOf(before).gibibytes
  const bytes = sameSize ? before.max_bytes : draft.gibibytes === '' ? undefined : Math.round(draft.gibibytes * GIBIBYTE)
  return {
    ...(draft.days !== '' && { max_age_days: draft.days }),
    ...(draft.executions !== '' && { max_executions: draft.executions }),
    ...(bytes !== undefined && { max_bytes: bytes }),
  }
}

export type Part = { id: string; label: string; count?: string; bytes: number }

/** What takes space, in the order it is drawn. */
export function partsOf(storage: StorageView): Part[] {
  const stars = storage.starred > 0 ? `, ${storage.starred} starred` : ''
  return [
    { id: 'workflows', label: 'Workflows', count: String(storage.workflows), bytes: storage.workflow_bytes },
    { id: 'executions', label: 'Executions', count: `${storage.executions.toLocaleString('en-US')}${stars}`, bytes: storage.execution_bytes },
    {
      id: 'payloads',
      label: 'Data',
      count: `${plural(storage.payloads, 'value')}, ${formatBytes(storage.payload_text_bytes)} before packing`,
      bytes: storage.payload_bytes,
    },
    { id: 'cache', label: 'Cached answers', count: storage.answers.toLocaleString('en-US'), bytes: storage.cache_bytes },
    { id: 'other', label: 'Indices and the rest', bytes: storage.other_bytes },
    { id: 'free', label: 'Free, filled again first', bytes: storage.free_bytes },
    { id: 'log', label: 'Log beside it', bytes: storage.wal_bytes },
  ]
}
