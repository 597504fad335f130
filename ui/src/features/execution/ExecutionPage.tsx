import { useQuery } from '@tanstack/react-query'

import { ApiError } from '@/api/errors'
import { executionQuery, isSettled } from '@/api/executions'
import { useExecutionEvents } from '@/api/useExecutionEvents'
import { ButtonLink } from '@/components/ButtonLink'
import { ErrorPanel } from '@/components/ErrorPanel'

import { ExecutionSkeleton } from './ExecutionSkeleton'
import { ExecutionView } from './ExecutionView'

/** One execution, live while it runs: `/executions/$id`. */
export function ExecutionPage({ id }: { id: string }) {
  const query = useQuery(executionQuery(id))
  const missing = query.error instanceof ApiError && query.error.notFound
  // Nothing is followed before it is known to be there, nor when nothing more can happen.
  const feed = useExecutionEvents(query.data && !isSettled(query.data.status) ? id : undefined)

  if (query.data && !missing) {
    return <ExecutionView execution={query.data} lost={feed.error !== undefined} />
  }
  if (query.error) {
    return (
      <ErrorPanel
        error={query.error}
        title={missing ? 'There is no such execution' : 'The execution could not be loaded'}
        {...(!missing && { retry: () => void query.refetch() })}
        actions={<ButtonLink to="/executions">All executions</ButtonLink>}
      />
    )
  }
  return <ExecutionSkeleton />
}
