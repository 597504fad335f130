//! What an expression gives on the sample's data, a moment after typing rests.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'

import { messageOf } from '@/api/errors'
import { evaluate, type SampleData } from '@/api/preview'

import { meaningOf, useRestedDocument } from '../preview/usePreview'

const REST_MS = 160

export type Evaluation = { state: 'none' | 'pending' } | { state: 'value'; value: unknown } | { state: 'error'; message: string }

/** The value of an expression in a step; nothing is asked while `expression` is null or blank. */
export function useEvaluation(step: string, expression: string | null, data: SampleData): Evaluation {
  const document = useRestedDocument()
  const [rested] = useDebouncedValue(expression?.trim() ?? '', REST_MS)
  const wanted = expression !== null && expression.trim() !== ''
  const query = useQuery({
    queryKey: ['evaluate', document.id, step, rested, meaningOf(document), data],
    queryFn: ({ signal }) => evaluate({ document, step, expression: rested, ...data }, signal),
    enabled: wanted && rested !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 20_000,
    retry: false,
  })
  if (!wanted) return { state: 'none' }
  if (query.error) return { state: 'error', message: messageOf(query.error) }
  if (!query.data) return { state: 'pending' }
  if (query.data.error !== undefined) return { state: 'error', message: query.data.error }
  return { state: 'value', value: query.data.value }
}
