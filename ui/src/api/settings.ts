//! Settings kept by the backend, and what the backend says about itself.

import { queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Health, SettingsMap } from './types'

export const healthQuery = () =>
  queryOptions({
    queryKey: keys.health,
    queryFn: ({ signal }) => fetchHealth(signal),
  })

export function fetchHealth(signal?: AbortSignal): Promise<Health> {
  return answer(client.GET('/api/health', { ...(signal && { signal }) }))
}

export const settingsQuery = () =>
  queryOptions({
    queryKey: keys.settings,
    queryFn: ({ signal }) => answer(client.GET('/api/settings', { signal })),
  })

export async function putSetting(key: string, value: unknown): Promise<void> {
  await client.PUT('/api/settings/{key}', { params: { path: { key } }, body: value })
  queryClient.setQueryData<SettingsMap>(keys.settings, (old) => ({ ...old, [key]: value }))
}
