import { useStore, type NodeProps } from '@xyflow/react'
import { memo, type ComponentProps } from 'react'

import { useExecutionEvents } from '@/api/useExecutionEvents'
import { isFar } from '@/components/canvas/far'
import { StepCard } from '@/components/canvas/StepCard'
import classes from '@/components/canvas/StepCard.module.css'
import { StepFoot } from '@/components/canvas/StepFoot'
import { StepMarks } from '@/components/canvas/StepMarks'
import { turnsOf, turnsText } from '@/components/execution/turns'
import { shownStatus } from '@/components/status'
import { PORT_TOP, type StepNode } from '@/graph/flow'

import { VerdictMark } from '../proof/VerdictMark'
import { useEditor, useUi } from '../session/context'
import { findingsOfStep, onCycle } from '../session/findings'
import { useHeld, useRun, useStepRun } from '../session/useRun'
import { BreakpointDot } from './BreakpointDot'

/** A step on the canvas: how it fares, what was found about it, and whether a wire in the hand could lead to it. */
export const StepNodeView = memo(function StepNodeView({ id, data, selected }: NodeProps<StepNode>) {
  const run = useStepRun(id)
  const held = useHeld(id)
  const trouble = useEditor((state) => {
    const found = findingsOfStep(state.diagnostics, id)[0]?.severity
    return found === 'info' ? undefined : found
  })
  const barred = useUi((ui) => ui.drawing?.barred.has(id) === true && ui.drawing.from !== id)
  const inCycle = useEditor((state) => onCycle(state.cycles).steps.has(id))
  const recorded = useUi((ui) => ui.recorded.has(id))
  const far = useStore(isFar)
  const Foot = data.step.loop ? LoopFoot : StepFoot
  return (
    <StepCard
      id={id}
      data={data}
      far={far}
      selected={selected}
      status={run?.status}
      shown={run && (held === undefined || run.status !== 'running' ? shownStatus(run) : 'paused')}
      taken={run?.branch}
      trouble={inCycle ? 'error' : trouble}
      barred={barred}
      overInput={<InputFit id={id} />}
      marks={
        <>
          <BreakpointDot step={data.step} name={data.name} hit={run?.attempts.at(-1)?.waiting?.what === 'breakpoint'} />
          <StepMarks data={data} recorded={recorded} />
        </>
      }
      foot={<Foot data={data} run={run} trouble={trouble} held={held} />}
    />
  )
})

/** The last line of a loop says how far it is. */
function LoopFoot(props: ComponentProps<typeof StepFoot>) {
  const execution = useRun()
  const { events } = useExecutionEvents(execution?.id)
  const turns = execution && turnsOf(execution, events, props.data.step.id)
  return <StepFoot {...props} turns={turns && turnsText(turns)} />
}

/** While a wire is drawn: how what it carries would fit, at the input it would lead to. */
function InputFit({ id }: { id: string }) {
  const verdict = useUi((ui) => (ui.drawing?.barred.has(id) ? undefined : ui.drawing?.fits.get(id)?.verdict))
  if (verdict === undefined) return null
  return (
    <span className={classes.fit} data-verdict={verdict} style={{ top: PORT_TOP }} data-testid={`fit-${id}`}>
      <VerdictMark verdict={verdict} size={11} />
    </span>
  )
}
