//! Payloads: values by hash, in ranges, because a megabyte never goes whole into the page.

import { queryOptions } from '@tanstack/react-query'

import { call, callText } from './http'
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
  const options = { query: { offset, limit }, ...(signal && { signal }) }
  return call('GET', `/api/payloads/${encodeURIComponent(hash)}`, options)
}

/** The whole JSON text, for a download or an editor. */
export function fetchPayloadText(hash: string, signal?: AbortSignal): Promise<string> {
  return callText(`/api/payloads/${encodeURIComponent(hash)}/raw`, signal)
}
