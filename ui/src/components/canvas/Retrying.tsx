import { RotateCw } from 'lucide-react'

import type { AttemptView, Step } from '@/api/types'
import { formatDuration } from '@/components/format'
import { STATUS } from '@/components/status'
import { StatusIcon } from '@/components/StatusIcon'
import { useNow } from '@/components/useNow'

import classes from './StepCard.module.css'

/** Attempts of a step whose policy does not say how many. */
const ATTEMPTS = 3

/** Between two attempts: when the next one begins, and which of how many it is. */
export function Retrying({ last, due, step }: { last: AttemptView; due: string; step: Step }) {
  const left = Date.parse(due) - useNow(200)
  const next = last.attempt + 1
  const all = step.policy?.retry?.max_attempts ?? ATTEMPTS
  const count = next <= all ? `${next} of ${all}` : `${next}`
  return (
    <>
      <span style={{ color: STATUS.waiting.color }} className={classes.state}>
        <StatusIcon status="waiting" size={12} silent />
        tries again {left > 0 ? `in ${wait(left)}` : 'now'}
      </span>
      <span title={[`Attempt ${count}`, last.failure && `The last one failed: ${last.failure.message}`].filter(Boolean).join('. ')} data-testid="next-attempt">
        <RotateCw size={11} aria-hidden /> <span className="sr-only">attempt</span> {count}
      </span>
    </>
  )
}

/** Whole seconds, so that it does not flicker; it never says 0. */
function wait(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000)
}
