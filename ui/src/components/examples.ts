//! The workflows Heddle brings along: two that show what it is for, and one for each pattern.

import { queryOptions } from '@tanstack/react-query'

import { documentIn } from '@/api/documents'
import { queryClient } from '@/api/queryClient'
import { importWorkflow, workflowsQuery } from '@/api/workflows'

import { attempt } from './notify'

/** One of them, with its document. */
export type Example = { id: string; name: string; description: string; isPattern: boolean; document: unknown }

/** Read when somebody looks at them; the first one works without any key or network. */
const FILES = import.meta.glob<string>(
  ['../../../examples/it-ticket-triage.json', '../../../examples/it-ticket-triage-llm.json', '../../../examples/patterns/*.json'],
  { query: '?raw', import: 'default' },
)
const PATTERN = 'Pattern: '

export const examplesQuery = () =>
  queryOptions({ queryKey: ['examples'], staleTime: Number.POSITIVE_INFINITY, queryFn: readExamples })

/** Brings up an example, the first one unless said, anew when it is gone; answers its id. */
export function openExample(example?: Example): Promise<string | undefined> {
  return attempt('The example could not be opened', async () => {
    const wanted = example ?? (await queryClient.fetchQuery(examplesQuery()))[0]
    if (!wanted) return undefined
    const here = await queryClient.fetchQuery(workflowsQuery())
    if (here.some(({ id }) => id === wanted.id)) return wanted.id
    return (await importWorkflow(wanted.document)).document.id
  })
}

async function readExamples(): Promise<Example[]> {
  const paths = Object.keys(FILES)
  const examples = await Promise.all(paths.map(async (path) => exampleIn(documentIn((await FILES[path]?.()) ?? ''))))
  return examples.toSorted((a, b) => Number(a.isPattern) - Number(b.isPattern) || a.name.localeCompare(b.name))
}

function exampleIn(document: object): Example {
  const { id, name, description } = document as { id: string; name: string; description?: string }
  const isPattern = name.startsWith(PATTERN)
  const short = isPattern ? name.charAt(PATTERN.length).toUpperCase() + name.slice(PATTERN.length + 1) : name
  return { id, name: short, description: description ?? '', isPattern, document }
}
