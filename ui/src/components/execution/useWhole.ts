import { useQuery } from '@tanstack/react-query'

import { parseJson } from '@/api/json'
import { fetchPayloadText } from '@/api/payloads'
import type { PayloadRef } from '@/api/types'

/** Larger values are looked at in ranges and cannot be edited here. */
export const LARGEST_EDITED = 256 * 1024

/** A small payload's value, whole; undefined until it is there, or when it is too large to be edited. */
export function useWhole(reference: PayloadRef | undefined, wanted = true): { value: unknown } | undefined {
  const small = wanted && reference !== undefined && reference.bytes <= LARGEST_EDITED
  const { data } = useQuery({
    queryKey: ['payloads', reference?.hash, 'whole'],
    queryFn: async ({ signal }) => ({ value: parseJson(await fetchPayloadText(reference?.hash ?? '', signal)) }),
    enabled: small,
    staleTime: Infinity,
  })
  return small ? data : undefined
}
