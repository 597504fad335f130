//! Sample data through the open workflow, fresh a moment after each edit. Whoever shows it mounts one of these hooks; the
//! answer is shared.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { executionsQuery } from '@/api/executions'
import { previewWorkflow, type Preview, type SampleData, type StepPreview } from '@/api/preview'
import type { Workflow } from '@/api/types'
import { sameMeaning } from '@/graph/meaning'

import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { choicesOf, dataOf, settled, type SampleChoice } from './sample'

/** How long typing has to rest before data is sent through. */
const REST_MS = 180

export type Sample = {
  choice: SampleChoice
  choices: SampleChoice[]
  data: SampleData
  choose: (choice: SampleChoice) => void
}

/** Whose data is shown, and what else there is. */
export function useSample(): Sample {
  const session = useSession()
  const ui = useUiStore()
  const wanted = useUi((state) => state.sample)
  const watched = useUi((state) => state.run)
  const tests = useEditor((state) => state.document.tests)
  const runs = useInfiniteQuery(executionsQuery({ workflow: session.id }))
  const run = watched ?? runs.data?.pages[0]?.executions[0]?.id
  return useMemo(() => {
    const document = { ...(tests && { tests }) }
    const choices = choicesOf(document, run, wanted?.from === 'generated' ? wanted.seed : 1)
    const choice = settled(wanted, choices)
    return { choice, choices, data: dataOf(choice, document, run), choose: (sample) => ui.setState({ sample }) }
  }, [run, tests, ui, wanted])
}

const numbers = new WeakMap<object, number>()
let last: { document: Workflow; number: number } | undefined
let count = 0

/** A number that stays while what the document means stays. */
export function meaningOf(document: Workflow): number {
  const known = numbers.get(document)
  if (known !== undefined) return known
  const same = last !== undefined && last.document.id === document.id && sameMeaning(last.document, document)
  const number = same && last ? last.number : (count += 1)
  numbers.set(document, number)
  last = { document, number }
  return number
}

/** The document once edits rest. */
export function useRestedDocument(): Workflow {
  const document = useEditor((state) => state.document)
  const [rested] = useDebouncedValue(document, REST_MS)
  return rested.id === document.id ? rested : document
}

export type PreviewState = Sample & {
  preview: Preview | undefined
  steps: ReadonlyMap<string, StepPreview>
  error: Error | null
  retry: () => void
}

export function usePreview(): PreviewState {
  const sample = useSample()
  const document = useRestedDocument()
  const query = useQuery({
    queryKey: ['preview', document.id, meaningOf(document), sample.data],
    queryFn: ({ signal }) => previewWorkflow(document, sample.data, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: 1,
  })
  const steps = useMemo(() => new Map(query.data?.steps.map((step) => [step.step, step])), [query.data])
  return { ...sample, preview: query.data, steps, error: query.error, retry: () => void query.refetch() }
}
