import { ActionIcon, Button, Menu } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { Copy, Download, Ellipsis, History, PencilLine, RotateCcw, SquareArrowOutUpRight, Trash2 } from 'lucide-react'

import type { WorkflowSummary } from '@/api/types'
import { plainText, plural } from '@/components/format'
import { RelativeTime } from '@/components/RelativeTime'
import { STATUS } from '@/components/status'
import { StatusIcon } from '@/components/StatusIcon'
import { deleteWithUndo, duplicate, exportToFile, restore } from '@/components/workflow-actions'

import { Thumbnail } from './Thumbnail'
import classes from './home.module.css'

type Props = { workflow: WorkflowSummary; onRename: (workflow: WorkflowSummary) => void }

/** A workflow at a glance: its picture, name, last run, and what one can do with it. */
export function WorkflowCard({ workflow, onRename }: Props) {
  const { id, name, last_execution: last } = workflow
  return (
    <article className={classes.card} data-testid={`workflow-card-${id}`} aria-label={name}>
      <div className={classes.picture}>
        {workflow.step_count === 0 ? (
          <span className={classes.blank}>No steps yet</span>
        ) : (
          <Thumbnail of={workflow.thumbnail} />
        )}
      </div>
      <div className={classes.about}>
        <div className={classes.title}>
          <h2>
            <Link to="/workflows/$id" params={{ id }} className={classes.open} data-testid={`workflow-open-${id}`}>
              {name}
            </Link>
          </h2>
          {workflow.latest_version !== undefined && <span className={classes.version}>v{workflow.latest_version}</span>}
          <CardMenu workflow={workflow} onRename={onRename} />
        </div>
        <p className={classes.description}>{plainText(workflow.description) || (workflow.step_count > 0 && plural(workflow.step_count, 'step'))}</p>
        <div className={classes.foot}>
          {last ? (
            <Link to="/executions/$id" params={{ id: last.id }} className={classes.last} data-status={last.status}>
              <StatusIcon status={last.status} silent />
              {STATUS[last.status].label} <RelativeTime at={last.created_at} />
            </Link>
          ) : (
            <span>Never run</span>
          )}
          <span className={classes.changed}>
            <RelativeTime at={workflow.updated_at} prefix="Edited" />
          </span>
        </div>
      </div>
    </article>
  )
}

/** A deleted one: only its name, when, and the way back. */
export function DeletedCard({ workflow }: { workflow: WorkflowSummary }) {
  const { id, name } = workflow
  return (
    <article className={classes.card} data-deleted data-testid={`deleted-card-${id}`} aria-label={name}>
      <div className={classes.picture}>
        <Thumbnail of={workflow.thumbnail} />
      </div>
      <div className={classes.about}>
        <div className={classes.title}>
          <h2>{name}</h2>
        </div>
        <div className={classes.foot}>
          <RelativeTime at={workflow.updated_at} prefix="Edited" />
          <Button
            className={classes.changed}
            leftSection={<RotateCcw size={14} />}
            onClick={() => void restore(workflow)}
            data-testid={`workflow-restore-${id}`}
          >
            Restore
          </Button>
        </div>
      </div>
    </article>
  )
}

function CardMenu({ workflow, onRename }: Props) {
  const navigate = useNavigate()
  const { id } = workflow
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon
          className={classes.menu}
          size={24}
          aria-label={`More for ${workflow.name}`}
          data-testid={`workflow-menu-${id}`}
        >
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<SquareArrowOutUpRight size={14} />}
          onClick={() => void navigate({ to: '/workflows/$id', params: { id } })}
        >
          Open
        </Menu.Item>
        <Menu.Item
          leftSection={<History size={14} />}
          onClick={() => void navigate({ to: '/executions', search: { workflow: id } })}
        >
          Executions
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<PencilLine size={14} />} onClick={() => onRename(workflow)} data-testid="workflow-rename">
          Rename…
        </Menu.Item>
        <Menu.Item leftSection={<Copy size={14} />} onClick={() => void duplicate(workflow)} data-testid="workflow-duplicate">
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<Download size={14} />} onClick={() => void exportToFile(workflow)} data-testid="workflow-export">
          Export…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<Trash2 size={14} />}
          onClick={() => void deleteWithUndo(workflow)}
          data-testid="workflow-delete"
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
