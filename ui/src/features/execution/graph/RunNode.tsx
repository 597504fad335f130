import { useStore, type NodeProps } from '@xyflow/react'
import { memo } from 'react'

import { isFar } from '@/components/canvas/far'
import { StepCard } from '@/components/canvas/StepCard'
import { StepFoot } from '@/components/canvas/StepFoot'
import { StepMarks } from '@/components/canvas/StepMarks'
import { shownStatus } from '@/components/status'
import type { StepNode } from '@/graph/flow'

import { useHeld, useStepView, useTurns } from './runs'

/** A step as it ran: the card of the editor's canvas, with every mark it has there. */
export const RunNode = memo(function RunNode({ id, data, selected }: NodeProps<StepNode>) {
  const run = useStepView(id)
  const turns = useTurns(id)
  const held = useHeld(id)
  const far = useStore(isFar)
  return (
    <StepCard
      id={id}
      data={data}
      far={far}
      selected={selected}
      status={run?.status ?? 'pending'}
      shown={run && (held === undefined || run.status !== 'running' ? shownStatus(run) : 'paused')}
      taken={run?.branch}
      foot={<StepFoot data={data} run={run} turns={turns} held={held} />}
      marks={<StepMarks data={data} breakpoint />}
      prefix="run-"
    />
  )
})
