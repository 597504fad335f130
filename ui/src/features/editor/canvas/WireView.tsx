import { BaseEdge, EdgeLabelRenderer, useStore, type EdgeProps, type ReactFlowState } from '@xyflow/react'
import { memo } from 'react'

import { isFar } from '@/components/canvas/far'
import { useWirePath } from '@/components/canvas/useWirePath'
import classes from '@/components/canvas/Wire.module.css'
import { WireCondition } from '@/components/canvas/WireCondition'
import { wireFlow } from '@/components/canvas/wireFlow'
import { isGhost, type StepData, type Wire } from '@/graph/flow'
import { UNDO_BRANCH } from '@/graph/lookup'
import { selectEdge } from '@/graph/selection'

import { saidByVerdict } from '../proof/verdicts'
import { useEditor, useProof, useSession, useUi } from '../session/context'
import { findingOfEdge, onCycle } from '../session/findings'
import { useStepRun } from '../session/useRun'
import { WireBadge } from './WireBadge'

/** A wire: its verdict before a run, coloured by what went through it after one, red on a cycle or when it never fits. */
export const WireView = memo(function WireView(props: EdgeProps<Wire>) {
  const { id, source, target, selected = false, data } = props
  const session = useSession()
  const [path, x, y] = useWirePath(props)
  const from = useStepRun(source)
  const to = useStepRun(target)
  const inCycle = useEditor((state) => onCycle(state.cycles).edges.has(id))
  const proof = useProof((state) => state.wires.get(id))
  const finding = useEditor((state) => findingOfEdge(state.diagnostics, id, saidByVerdict))
  const far = useStore(isFar)
  const gone = useStore((state) => leadsNowhere(state, source, target, data?.branch))
  const dropping = useUi((ui) => ui.dropEdge === id)
  const open = useUi((ui) => ui.proofOf === id)

  const flow = wireFlow({ id, branch: data?.branch }, from, to)
  const bad = inCycle || finding?.severity === 'error' || proof?.verdict === 'never'
  const warn = !bad && (finding !== undefined || proof?.verdict === 'sometimes')
  const quiet = !finding && (!proof || proof.verdict === 'always' || proof.verdict === 'unknown')
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={far ? 0 : 24}
        data-far={far || undefined}
        className={classes.wire}
        data-testid={`edge-${id}`}
        data-flow={flow}
        data-verdict={proof?.verdict}
        data-bad={bad || undefined}
        data-warn={warn || undefined}
        data-gone={gone || undefined}
        data-undo={data?.branch === UNDO_BRANCH || undefined}
        data-selected={selected || open || undefined}
        data-dropping={dropping || undefined}
      />
      {((!far && (proof || finding)) || !quiet || selected || open) && (
        <EdgeLabelRenderer>
          <WireBadge id={id} x={x} y={y} proof={proof} finding={finding} selected={selected} />
        </EdgeLabelRenderer>
      )}
      {!far && data?.when !== undefined && (
        <EdgeLabelRenderer>
          <WireCondition edge={id} when={data.when} x={x} y={y} gap={Math.abs(props.targetX - props.sourceX)} flow={flow} onClick={() => session.select(selectEdge(id))} />
        </EdgeLabelRenderer>
      )}
    </>
  )
})

/** Whether an end of the wire, or the branch it leaves by, is not there any more. */
function leadsNowhere({ nodeLookup }: ReactFlowState, source: string, target: string, branch: string | undefined): boolean {
  if (isGhost(source) || isGhost(target)) return true
  if (branch === undefined) return false
  const data = nodeLookup.get(source)?.data as StepData | undefined
  return data?.ports.some((port) => port.branch === branch && port.gone) === true
}
