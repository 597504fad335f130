import { ActionIcon, Tooltip } from '@mantine/core'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import { CircleStop, RotateCw, Trash2 } from 'lucide-react'
import { memo, useEffect, useRef } from 'react'

import { cancelExecution, deleteExecution, isSettled, retryExecution } from '@/api/executions'
import type { ExecutionSummary } from '@/api/types'
import { askToConfirm } from '@/components/confirm'
import { Duration } from '@/components/Duration'
import { originsOf } from '@/components/execution/origin'
import { PROGRESS_HELP, progressText } from '@/components/execution/progress'
import { StarButton } from '@/components/execution/StarButton'
import { attempt } from '@/components/notify'
import { ProgressBar } from '@/components/ProgressBar'
import { RelativeTime } from '@/components/RelativeTime'
import { StatusLabel } from '@/components/StatusIcon'

import classes from './executions.module.css'

type Props = {
  run: ExecutionSummary
  index: number
  /** Pixels from the top of the list. */
  top: number
  /** The row Tab leads to. */
  focusable: boolean
  onActivate: (id: string) => void
}

/** So long the pointer or the focus rests on a row before its execution is loaded ahead, in milliseconds: as with links. */
const INTENT_MS = 50

/** Loads an execution ahead of the click, as a link does for itself. */
function useIntent(id: string) {
  const router = useRouter()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const end = () => clearTimeout(timer.current)
  const begin = () => {
    end()
    timer.current = setTimeout(() => void router.preloadRoute({ to: '/executions/$id', params: { id } }), INTENT_MS)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  return { begin, end }
}

/** There is no way back from this one, so it asks. */
function askToDelete({ id, workflow_name: name }: ExecutionSummary): void {
  askToConfirm({
    title: 'Delete this execution?',
    body: `Its events, inputs and outputs go for good. The workflow “${name}” stays as it is.`,
    confirm: 'Delete',
    danger: true,
    run: () => attempt('The execution was not deleted', () => deleteExecution(id)),
  })
}

export const ExecutionRow = memo(function ExecutionRow({ run, index, top, focusable, onActivate }: Props) {
  const navigate = useNavigate()
  const { id, status } = run
  const intent = useIntent(id)
  const tab = focusable ? 0 : -1
  const error = run.failure?.message
  const failed = run.failed_step_name ?? run.failed_step
  const [origin] = originsOf(run)

  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      data-status={status}
      data-testid={`execution-row-${id}`}
      className={classes.row}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={tab}
      onPointerEnter={intent.begin}
      onPointerLeave={intent.end}
      onFocus={() => {
        onActivate(id)
        intent.begin()
      }}
      onBlur={intent.end}
      onClick={(event) => {
        // Links and buttons in the row do their own.
        if (!(event.target as Element).closest('a, button')) void navigate({ to: '/executions/$id', params: { id } })
      }}
    >
      <span role="gridcell" className={classes.status}>
        <StatusLabel status={status} />
      </span>
      <span role="gridcell" className={classes.workflow}>
        <Link to="/executions/$id" params={{ id }} tabIndex={tab} className={classes.name} title={`${run.workflow_name}, ${id}`} dir="auto">
          {run.workflow_name}
        </Link>
        {origin && (
          <span className={classes.origin} title={`${origin.says} ${origin.of}`} role="img" aria-label={origin.word} data-testid={`execution-origin-${id}`}>
            <origin.Icon size={13} aria-hidden />
          </span>
        )}
        <span className={classes.tag}>{run.mode === 'test' ? 'test' : run.version ? `v${run.version}` : 'draft'}</span>
      </span>
      <span role="gridcell" className={classes.progress}>
        <ProgressBar execution={run} />
        <span className={classes.count} title={PROGRESS_HELP}>
          {progressText(run)}
        </span>
        {!isSettled(status) && run.current_step && <span className={classes.current}>{run.current_step_name ?? run.current_step}</span>}
      </span>
      <span role="gridcell" className={classes.when}>
        <RelativeTime at={run.created_at} />
      </span>
      <span role="gridcell" className={classes.when}>
        {run.started_at ? <Duration from={run.started_at} to={run.completed_at} /> : '–'}
      </span>
      <span role="gridcell" className={classes.error} title={error && [failed, error].filter(Boolean).join(': ')}>
        {error && failed !== undefined && <b>{failed}: </b>}
        {error}
      </span>
      <span role="gridcell" className={classes.actions}>
        {isSettled(status) ? (
          <>
            <StarButton id={id} starred={run.starred ?? false} tabIndex={tab} />
            <Tooltip label="Run again: the same input, the workflow as it was then">
              <ActionIcon
                tabIndex={tab}
                aria-label={`Retry ${run.workflow_name}`}
                onClick={() => void attempt('The execution was not started again', () => retryExecution(run))}
                data-testid={`execution-retry-${id}`}
              >
                <RotateCw size={15} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Delete">
              <ActionIcon
                tabIndex={tab}
                aria-label={`Delete this execution of ${run.workflow_name}`}
                onClick={() => askToDelete(run)}
                data-testid={`execution-delete-${id}`}
              >
                <Trash2 size={15} />
              </ActionIcon>
            </Tooltip>
          </>
        ) : (
          <Tooltip label="Stop">
            <ActionIcon
              tabIndex={tab}
              aria-label={`Stop ${run.workflow_name}`}
              onClick={() => void attempt('The execution was not stopped', () => cancelExecution(id))}
              data-testid={`execution-cancel-${id}`}
            >
              <CircleStop size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </span>
    </div>
  )
})
