import { useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useEffect, useState } from 'react'

import { ApiError } from '@/api/errors'
import { executionQuery, isSettled } from '@/api/executions'
import { useExecutionEvents } from '@/api/useExecutionEvents'
import { ButtonLink } from '@/components/ButtonLink'
import { EmptyState } from '@/components/EmptyState'
import { ErrorPanel } from '@/components/ErrorPanel'
import { watchForEnd } from '@/components/execution/endNotice'

import { ExecutionSkeleton } from './ExecutionSkeleton'
import { ExecutionView } from './ExecutionView'

/** One execution, live while it runs: `/executions/$id`. */
export function ExecutionPage({ id }: { id: string }) {
  const query = useQuery(executionQuery(id))
  const missing = query.error instanceof ApiError && query.error.notFound
  // Nothing is followed before it is known to be there, nor when nothing more can happen.
  const feed = useExecutionEvents(query.data && !isSettled(query.data.status) ? id : undefined)

  const [look] = useState(watchForEnd)
  useEffect(() => look(query.data), [look, query.data])

  if (query.data && !missing) {
    return <ExecutionView execution={query.data} lost={feed.error !== undefined} />
  }
  const list = <ButtonLink to="/executions">All executions</ButtonLink>
  if (missing) {
    return (
      <EmptyState page Icon={SearchX} title="There is no such execution" actions={list}>
        It may have been deleted, or the link is old or mistyped.
      </EmptyState>
    )
  }
  if (query.error) {
    const retry = () => void query.refetch()
    return <ErrorPanel page error={query.error} title="The execution could not be loaded" retry={retry} actions={list} />
  }
  return <ExecutionSkeleton />
}
