import { Button, Tooltip } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'

import { executionsQuery, isSettled } from '@/api/executions'
import { Duration } from '@/components/Duration'
import { ErrorPanel } from '@/components/ErrorPanel'
import { progressText } from '@/components/execution/progress'
import { RelativeTime } from '@/components/RelativeTime'
import { StatusLabel } from '@/components/StatusIcon'

import rows from '../rows.module.css'
import { useSession, useUi, useUiStore } from '../session/context'
import { watchRun } from '../session/ui'
import classes from './BottomPanel.module.css'

/** The executions of this workflow; choosing one shows it on the canvas and the timeline. */
export function RunsPanel() {
  const session = useSession()
  const ui = useUiStore()
  const watched = useUi((state) => state.run)
  const query = useInfiniteQuery(executionsQuery({ workflow: session.id }))
  if (query.error && !query.data) {
    return <ErrorPanel error={query.error} title="The executions could not be loaded" retry={() => void query.refetch()} />
  }
  const runs = query.data?.pages.flatMap((page) => page.executions) ?? []
  if (query.data && runs.length === 0) {
    return <p className={classes.empty}>This workflow has not run yet. Its executions are listed here, newest first.</p>
  }
  return (
    <>
      <ul className={`${rows.list} ${classes.runs}`} aria-label="Executions of this workflow">
        {runs.map((run) => (
          <li key={run.id}>
            <button
              type="button"
              className={rows.row}
              data-watched={run.id === watched || undefined}
              data-testid={`run-${run.id}`}
              onClick={() => watchRun(ui, run.id)}
            >
              <StatusLabel status={run.status} />
              <span className={classes.quiet}>{run.version === undefined ? 'draft' : `v${run.version}`}{run.mode === 'test' && ' test'}</span>
              <span className={classes.quiet}>
                {run.failure ? run.failure.message : progressText(run)}
              </span>
              <span>
                {run.started_at && <Duration from={run.started_at} to={isSettled(run.status) ? (run.completed_at ?? run.started_at) : undefined} />}
              </span>
              <span className={classes.quiet}>
                <RelativeTime at={run.created_at} />
              </span>
            </button>
            <Tooltip label="Open the execution">
              <Link to="/executions/$id" params={{ id: run.id }} aria-label={`Open execution ${run.id}`}>
                <ExternalLink size={14} />
              </Link>
            </Tooltip>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className={classes.more} variant="subtle" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older executions
        </Button>
      )}
    </>
  )
}
