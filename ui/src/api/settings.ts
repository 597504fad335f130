//! Settings kept by the backend, and what the backend says about itself.

import { queryOptions } from '@tanstack/react-query'

import { call } from './http'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Health, SettingsMap } from './types'

export const healthQuery = () =>
  queryOptions({
    queryKey: keys.health,
    queryFn: ({ signal }) => call<Health>('GET', '/api/health', { signal }),
  })

export const settingsQuery = () =>
  queryOptions({
    queryKey: keys.settings,
    queryFn: ({ signal }) => call<SettingsMap>('GET', '/api/settings', { signal }),
  })

export async function putSetting(key: string, value: unknown): Promise<void> {
  await call('PUT', `/api/settings/${encodeURIComponent(key)}`, { body: value })
  queryClient.setQueryData<SettingsMap>(keys.settings, (old) => ({ ...old, [key]: value }))
}
