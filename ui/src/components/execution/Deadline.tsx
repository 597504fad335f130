import { useQuery } from '@tanstack/react-query'
import { Clock } from 'lucide-react'

import { executionWorkflowQuery } from '@/api/executions'
import type { WaitingApproval, Workflow } from '@/api/types'
import { formatMoment } from '@/components/format'

import classes from './execution.module.css'

/** Until when a person can decide, and what is taken for decided after that. Nothing when there is no deadline. */
export function Deadline({ approval }: { approval: WaitingApproval }) {
  const { deadline, execution, step } = approval
  const { data: workflow } = useQuery({ ...executionWorkflowQuery(execution), enabled: deadline !== undefined })
  if (deadline === undefined) return null
  const how = workflow && decisionWithout(workflow, step)
  return (
    <span className={classes.deadline} data-testid="deadline">
      <Clock size={12} aria-hidden /> {how ? SAID[how] : 'Decided'} by itself if nobody decides by {formatMoment(Date.parse(deadline))}
    </span>
  )
}

const SAID = { approved: 'Approved', rejected: 'Rejected' } as const

/**
 * What the approval at that path counts as when nobody decides; `undefined` when the document does not say, which is so for
 * steps of a sub-workflow.
 */
export function decisionWithout(workflow: Workflow, path: string): 'approved' | 'rejected' | undefined {
  const id = path.replace(/\[\d+\]$/, '')
  const named = workflow.steps.find((step) => step.id === id)?.agent
  const agent = typeof named === 'string' ? workflow.agents?.find((each) => each.id === named) : named
  if (agent?.kind !== 'approval') return undefined
  const { on_deadline: then } = (agent.config ?? {}) as { on_deadline?: unknown }
  return then === 'approve' ? 'approved' : 'rejected'
}
