//! Payloads: values by hash, in ranges, because a megabyte never goes whole into the page.

import { queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { keys } from './keys'
import type { PayloadRange } from './types'

/** A range of a payload's JSON text. It never changes. */
export const payloadQuery = (hash: string, offset = 0, limit = 65_536) =>
  queryOptions({
    queryKey: keys.payload(hash, offset, limit),
    queryFn: ({ signal }) => fetchPayload(hash, offset, limit, signal),
    staleTime: Infinity,
  })

export function fetchPayload(
  hash: string,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<PayloadRange> {
  const params = { path: { hash }, query: { offset, limit } }
  return answer(client.GET('/api/payloads/{hash}', { params, ...(signal && { signal }) }))
}

/** The whole JSON text, for a download or an editor. */
export function fetchPayloadText(hash: string, signal?: AbortSignal): Promise<string> {
  const options = { params: { path: { hash } }, parseAs: 'text' as const, ...(signal && { signal }) }
  return answer(client.GET('/api/payloads/{hash}/raw', options)) as Promise<string>
}
