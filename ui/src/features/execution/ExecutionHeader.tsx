import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'

import type { ExecutionDetail } from '@/api/types'
import { CopyButton } from '@/components/data/CopyButton'
import { originsOf } from '@/components/execution/origin'
import { ProgressText } from '@/components/execution/ProgressText'
import { StarButton } from '@/components/execution/StarButton'
import { RelativeTime } from '@/components/RelativeTime'

import classes from './execution.module.css'

/** Which execution this is, of what, and where it stands. */
export function ExecutionHeader({ execution }: { execution: ExecutionDetail }) {
  const { id, workflow_id: workflow, workflow_name: name, version, mode } = execution
  return (
    <header className={classes.header}>
      <Link to="/executions" className={classes.back} aria-label="All executions" title="All executions">
        <ChevronLeft size={16} />
      </Link>
      <h1 dir="auto" title={name}>
        <Link to="/workflows/$id" params={{ id: workflow }} data-testid="execution-workflow">
          {name}
        </Link>
      </h1>
      <span className={classes.facts}>
        <span className={classes.chip} data-testid="execution-version">
          {version === undefined ? 'draft' : `v${version}`}
        </span>
        {mode === 'test' && (
          <span
            className={classes.chip}
            title="A test run: agents without a provider answer with their sample"
            data-testid="execution-mode"
          >
            test
          </span>
        )}
        <span className={classes.id}>
          <code data-testid="execution-id" title={id}>
            {id}
          </code>
          <CopyButton label="Copy the execution’s id" text={() => id} testId="execution-copy-id" />
          <StarButton id={id} starred={execution.starred ?? false} size={14} />
        </span>
        {originsOf(execution).map(({ what, of, word, says, Icon }) => (
          <Link key={what} to="/executions/$id" params={{ id: of }} className={classes.chip} title={`${says} ${of}`} data-testid={`execution-${what}`}>
            <Icon size={11} aria-hidden /> {word}
          </Link>
        ))}
      </span>
      <span className={classes.started}>
        <RelativeTime at={execution.started_at ?? execution.created_at} prefix="started" />
      </span>
      <ProgressText execution={execution} />
    </header>
  )
}
