import type { Step } from '@/api/types'
import { stopWords } from '@/components/canvas/StepMarks'
import classes from '@/components/canvas/StepMarks.module.css'
import { toggleBreakpoints } from '@/graph/edits/flow'

import { useSession } from '../session/context'

/** The red dot at the edge of a node; a click sets it or takes it away. */
export function BreakpointDot({ step, name, hit }: { step: Step; name: string; hit: boolean }) {
  const session = useSession()
  const { breakpoint } = step
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${classes.margin} nodrag nopan`}
      aria-pressed={breakpoint !== undefined}
      aria-label={`Breakpoint at ${name}`}
      title={breakpoint ? `${stopWords(step)}: remove it (F9)` : 'Stop here when debugging (F9)'}
      data-off={breakpoint?.disabled === true || undefined}
      data-hit={hit || undefined}
      data-testid={`breakpoint-${step.id}`}
      onClick={(event) => {
        event.stopPropagation()
        session.apply(toggleBreakpoints(session.store.getState().document, [step.id]))
      }}
    />
  )
}
