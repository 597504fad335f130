import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CloudOff, Inbox } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'

import { useBackend } from '@/api/backend'
import { approvalsQuery } from '@/api/executions'
import type { WaitingApproval } from '@/api/types'
import { EmptyState } from '@/components/EmptyState'
import { ErrorPanel } from '@/components/ErrorPanel'
import { DecisionForm } from '@/components/execution/DecisionForm'
import { formatTimeOfDay } from '@/components/format'
import { notifyDone } from '@/components/notify'
import { Page } from '@/components/Page'
import { Pending } from '@/components/Pending'
import { RelativeTime } from '@/components/RelativeTime'

import classes from './inbox.module.css'

/** What waits for a person, over all executions, the most urgent first. */
export function InboxPage() {
  // Whoever comes to decide sees what waits now, not what did a moment ago.
  const { data, error, dataUpdatedAt, refetch } = useQuery({ ...approvalsQuery(), refetchOnMount: 'always' })
  const { gone } = useBackend()
  useOvertaken(data)
  const known = error === null && !gone
  const then = formatTimeOfDay(dataUpdatedAt)
  let content: ReactNode
  if (data === undefined) {
    content = error ? <ErrorPanel error={error} title="The inbox could not be loaded" retry={() => void refetch()} /> : <Pending />
  } else if (data.length === 0 && !known) {
    content = (
      <EmptyState Icon={CloudOff} title="What waits for you is not known">
        The inbox cannot be read at the moment. At {then} nothing waited; what came since is shown as soon as it can be.
      </EmptyState>
    )
  } else if (data.length === 0) {
    content = (
      <EmptyState Icon={Inbox} title="Nothing waits for you">
        When a workflow reaches an approval, it pauses and its question appears here. Put one between two steps: it is in the library under People.
      </EmptyState>
    )
  } else {
    content = (
      <>
        {!known && (
          <p className={classes.stale} role="status" data-testid="inbox-stale">
            <CloudOff size={14} aria-hidden />
            The inbox cannot be read at the moment. This waited at {then}; whether it still does is not known.
          </p>
        )}
        <ul className={classes.list} aria-label="Waiting approvals">
          {data.map((approval) => (
            <li key={`${approval.execution} ${approval.step}`}>
              <Card approval={approval} />
            </li>
          ))}
        </ul>
      </>
    )
  }
  return <Page title="Inbox">{content}</Page>
}

/** Says of what was on the page and is decided by its deadline that it is, and was not lost. */
function useOvertaken(approvals: readonly WaitingApproval[] | undefined): void {
  const before = useRef<readonly WaitingApproval[]>([])
  useEffect(() => {
    if (approvals === undefined) return
    for (const { step_name: name, workflow_name: workflow } of overtaken(before.current, approvals, Date.now())) {
      notifyDone(`${name} of ${workflow}: nobody decided before the deadline, so it has been decided by itself.`)
    }
    before.current = approvals
  }, [approvals])
}

/** Those that waited before, wait no more, and had a deadline that has passed at `now`. */
export function overtaken(before: readonly WaitingApproval[], after: readonly WaitingApproval[], now: number): WaitingApproval[] {
  return before.filter(
    ({ execution, step, deadline }) =>
      deadline !== undefined && Date.parse(deadline) <= now && !after.some((one) => one.execution === execution && one.step === step),
  )
}

function Card({ approval }: { approval: WaitingApproval }) {
  const { execution, workflow_name: workflow, step_name: name, requested_at: since } = approval
  return (
    <article className={classes.card} aria-label={`${name} of ${workflow}`} data-testid={`inbox-${execution}`}>
      <header className={classes.head}>
        <h2 dir="auto">{name}</h2>
        <Link to="/executions/$id" params={{ id: execution }} dir="auto" data-testid={`inbox-open-${execution}`}>
          {workflow}
        </Link>
        <p className={classes.when}>
          <RelativeTime at={since} prefix="asked" />
        </p>
      </header>
      <DecisionForm approval={approval} alone />
    </article>
  )
}
