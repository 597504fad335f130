import '@xyflow/react/dist/base.css'

import { Background, BaseEdge, EdgeLabelRenderer, ReactFlow, ReactFlowProvider, useStore, type EdgeProps, type NodeProps } from '@xyflow/react'
import { createContext, memo, useContext, useMemo } from 'react'

import type { Workflow } from '@/api/types'
import { isFar } from '@/components/canvas/far'
import { StepCard } from '@/components/canvas/StepCard'
import { StepFoot } from '@/components/canvas/StepFoot'
import { StepMarks } from '@/components/canvas/StepMarks'
import { useWirePath } from '@/components/canvas/useWirePath'
import wires from '@/components/canvas/Wire.module.css'
import { WireCondition } from '@/components/canvas/WireCondition'
import { toNodes, toWires, type CanvasNode, type NoteNode, type StepNode, type Wire } from '@/graph/flow'
import { UNDO_BRANCH, type Library } from '@/graph/lookup'
import { NOTHING } from '@/graph/selection'

import classes from './Canvas.module.css'
import notes from './NoteNodeView.module.css'

const nodeTypes = { step: memo(SeenStep), note: memo(SeenNote) }
const edgeTypes = { wire: memo(SeenWire) }
const FIT = { padding: '24px', maxZoom: 1 } as const

type Props = {
  document: Workflow
  library: Library
  /** What it shows, for screen readers. */
  label: string
  /** What is said on steps in place of how they are set. */
  remarks?: ReadonlyMap<string, string>
}

const NO_REMARKS: ReadonlyMap<string, string> = new Map()
const Remarks = createContext(NO_REMARKS)

/** A graph to look at: it can be moved and zoomed, and that is all. */
export function ReadOnlyCanvas({ document, library, label, remarks = NO_REMARKS }: Props) {
  const nodes = useMemo(() => toNodes(document, library, NOTHING, []), [document, library])
  const edges = useMemo(() => toWires(document, NOTHING, [], library), [document, library])
  return (
    <div className={classes.canvas} data-read-only data-testid="read-only-canvas" role="figure" aria-label={label}>
      <Remarks value={remarks}>
        <ReactFlowProvider>
          <ReactFlow<CanvasNode, Wire>
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            nodesDraggable={false}
            nodesConnectable={false}
            elementsSelectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            deleteKeyCode={null}
            selectionKeyCode={null}
            disableKeyboardA11y
            onlyRenderVisibleElements
            minZoom={0.08}
            maxZoom={1.5}
            fitView
            fitViewOptions={FIT}
            attributionPosition="top-right"
          >
            <Background gap={20} size={2} color="var(--dot)" />
          </ReactFlow>
        </ReactFlowProvider>
      </Remarks>
    </div>
  )
}

function SeenStep({ id, data }: NodeProps<StepNode>) {
  const far = useStore(isFar)
  const remark = useContext(Remarks).get(id)
  const foot =
    remark === undefined ? (
      <StepFoot data={data} run={undefined} />
    ) : (
      <span data-tone="warn">{remark}</span>
    )
  return <StepCard id={id} data={data} far={far} foot={foot} marks={<StepMarks data={data} breakpoint />} prefix="seen-" />
}

function SeenNote({ data }: NodeProps<NoteNode>) {
  return (
    <div className={notes.note} role="note">
      <p>{data.text}</p>
    </div>
  )
}

function SeenWire(props: EdgeProps<Wire>) {
  const { id, data } = props
  const [path, x, y] = useWirePath(props)
  const far = useStore(isFar)
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={0}
        data-far={far || undefined}
        data-undo={data?.branch === UNDO_BRANCH || undefined}
        className={wires.wire}
      />
      {!far && data?.when !== undefined && (
        <EdgeLabelRenderer>
          <WireCondition edge={id} when={data.when} x={x} y={y} gap={Math.abs(props.targetX - props.sourceX)} flow={undefined} />
        </EdgeLabelRenderer>
      )}
    </>
  )
}
