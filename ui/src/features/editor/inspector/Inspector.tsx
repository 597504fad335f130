import { isNothing, soleEdge, soleStep } from '@/graph/selection'

import { useEditor } from '../session/context'
import { EdgeInspector } from './EdgeInspector'
import classes from './inspector.module.css'
import { SelectionInspector } from './SelectionInspector'
import { StepInspector } from './StepInspector'
import { WorkflowInspector } from './WorkflowInspector'

/** Follows the selection: one step, one wire, several things, or else the workflow as a whole. */
export function Inspector() {
  const step = useEditor((state) => soleStep(state.selection))
  const edge = useEditor((state) => soleEdge(state.selection))
  const nothing = useEditor((state) => isNothing(state.selection))
  return (
    <aside className={classes.inspector} aria-label="Inspector" data-inspector data-testid="inspector">
      {step !== null ? (
        <StepInspector key={step} id={step} />
      ) : edge !== null ? (
        <EdgeInspector key={edge} id={edge} />
      ) : nothing ? (
        <WorkflowInspector />
      ) : (
        <SelectionInspector />
      )}
    </aside>
  )
}
