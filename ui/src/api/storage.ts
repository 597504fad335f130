//! What the data folder holds, what that takes, and letting go of what is old.

import { queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { keys } from './keys'
import { queryClient } from './queryClient'
import { putSetting } from './settings'
import type { CleanAnswer, StorageLimits } from './types'

/** Looks at every page of the database: a second or two for a gigabyte. */
export const storageQuery = () =>
  queryOptions({
    queryKey: keys.storage,
    queryFn: ({ signal }) => answer(client.GET('/api/storage', { signal })),
  })

/** Sets what is kept of executions; what is absent has no limit. */
export async function keepAtMost(limits: StorageLimits): Promise<void> {
  const { max_age_days = null, max_executions = null, max_bytes = null } = limits
  await putSetting('storage', { max_age_days, max_executions, max_bytes })
  await queryClient.invalidateQueries({ queryKey: keys.storage })
}

/** How much what is set would let go of; nothing is changed. */
export function lookAtCleaning(): Promise<CleanAnswer> {
  return answer(client.POST('/api/storage/clean', { body: { dry_run: true } }))
}

/** Lets go of what is not to be kept, and of what nothing refers to any more. */
export async function cleanStorage(): Promise<CleanAnswer> {
  const cleaned = await answer(client.POST('/api/storage/clean', { body: {} }))
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.storage }),
    queryClient.invalidateQueries({ queryKey: keys.executions }),
  ])
  return cleaned
}
