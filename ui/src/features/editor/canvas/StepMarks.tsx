import { Link } from '@tanstack/react-router'
import { ExternalLink, Pin, Repeat, Zap } from 'lucide-react'

import type { Agent, Step } from '@/api/types'

import classes from './StepMarks.module.css'

/** In the upper right corner of a node: what is special about how the step runs. */
export function StepMarks({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const { loop, pin, policy } = step
  const workflow = agent?.kind === 'workflow' ? agent.config?.['workflow'] : undefined
  const opens = typeof workflow === 'string' && workflow !== '' ? workflow : undefined
  if (loop === undefined && pin === undefined && policy?.cache === undefined && opens === undefined) return null
  return (
    <div className={classes.marks}>
      {loop && (
        <span className={classes.mark} title={loopWords(loop)} role="img" aria-label={loopWords(loop)} data-testid={`mark-loop-${step.id}`}>
          <Repeat size={11} />
        </span>
      )}
      {policy?.cache && (
        <span className={classes.mark} title="Answers are cached" role="img" aria-label="Answers are cached">
          <Zap size={11} />
        </span>
      )}
      {pin !== undefined && (
        <span className={classes.mark} data-tone="pin" title="Its output is pinned in test runs" role="img" aria-label="Pinned" data-testid={`mark-pin-${step.id}`}>
          <Pin size={11} />
        </span>
      )}
      {opens !== undefined && (
        <Link
          to="/workflows/$id"
          params={{ id: opens }}
          className={`${classes.mark} nodrag nopan`}
          title="Open that workflow"
          aria-label="Open that workflow"
          data-testid={`open-workflow-${step.id}`}
        >
          <ExternalLink size={11} />
        </Link>
      )}
    </div>
  )
}

function loopWords(loop: NonNullable<Step['loop']>): string {
  return 'for_each' in loop ? `Runs for each of ${loop.for_each.items}` : `Repeats until ${loop.repeat.until}, ${loop.repeat.max_turns} turns at most`
}
