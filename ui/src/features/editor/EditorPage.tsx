//! The editor of one workflow: `/workflows/<id>`.

import { useQuery } from '@tanstack/react-query'
import { ReactFlowProvider } from '@xyflow/react'
import { SearchX } from 'lucide-react'
import { useMemo, useState } from 'react'

import { agentsQuery } from '@/api/agents'
import { ApiError } from '@/api/errors'
import type { WorkflowDraft } from '@/api/types'
import { workflowQuery } from '@/api/workflows'
import { ButtonLink } from '@/components/ButtonLink'
import { EmptyState } from '@/components/EmptyState'
import { ErrorPanel } from '@/components/ErrorPanel'
import type { Library } from '@/graph/lookup'

import { EditorSkeleton } from './EditorSkeleton'
import { EditorView } from './EditorView'
import { libraryOf } from './library/items'
import { EditorContext } from './session/context'
import { leftBehind, openEditor, type OpenEditor } from './session/registry'

const NO_LIBRARY: Library = new Map()

export function EditorPage({ id }: { id: string }) {
  // Fresh whenever the page is opened; after that the session saves, and follows what others do.
  const { data, error, refetch } = useQuery({ ...workflowQuery(id), refetchOnMount: 'always', refetchOnWindowFocus: false })
  const agents = useQuery(agentsQuery()).data
  const library = useMemo(() => (agents ? libraryOf(agents) : NO_LIBRARY), [agents])
  if (data) return <Loaded draft={data} library={library} />
  if (error) {
    const list = <ButtonLink to="/">All workflows</ButtonLink>
    if (error instanceof ApiError && error.notFound) {
      return (
        <EmptyState page Icon={SearchX} title="There is no such workflow" actions={list}>
          It may have been deleted: look for it in the list, or under Deleted there.
        </EmptyState>
      )
    }
    const retry = () => void refetch()
    return <ErrorPanel page error={error} title="The workflow could not be opened" retry={retry} actions={list} />
  }
  return <EditorSkeleton />
}

function Loaded({ draft, library }: { draft: WorkflowDraft; library: Library }) {
  // Which edits were left behind is asked once, before this visit leaves any of its own.
  const [left] = useState(() => leftBehind(draft))
  const [first] = useState<OpenEditor>(() => openEditor(draft, library))
  return (
    <EditorContext value={first}>
      <ReactFlowProvider>
        <EditorView draft={draft} library={library} left={left} />
      </ReactFlowProvider>
    </EditorContext>
  )
}
