import '@xyflow/react/dist/base.css'

import { useQuery } from '@tanstack/react-query'
import {
  Background,
  BackgroundVariant,
  MiniMap,
  type NodeTypes,
  ReactFlow,
  type EdgeTypes,
} from '@xyflow/react'
import { useEffect, useMemo, useState } from 'react'

import { agentsQuery } from '@/api/agents'
import { executionWorkflowQuery, isSettled } from '@/api/executions'
import type { Event, ExecutionDetail } from '@/api/types'
import { useExecutionEvents } from '@/api/useExecutionEvents'
import { CanvasControls } from '@/components/canvas/CanvasControls'
import { ErrorPanel } from '@/components/ErrorPanel'
import { ownStepOf } from '@/components/execution/paths'
import { heldSteps } from '@/components/canvas/held'
import { turnsOf, turnsText } from '@/components/execution/turns'
import { Pending } from '@/components/Pending'
import { STATUS } from '@/components/status'
import { toNodes, toWires } from '@/graph/flow'
import { NOTHING, selectSteps } from '@/graph/selection'

import classes from './graph.module.css'
import { RunNode } from './RunNode'
import { RunNote } from './RunNote'
import { createRuns, RunsContext } from './runs'
import { RunWire } from './RunWire'

const nodeTypes: NodeTypes = { step: RunNode, note: RunNote }
const edgeTypes: EdgeTypes = { wire: RunWire }

type Props = {
  execution: ExecutionDetail
  selectedStep: string | undefined
  onSelectStep: (id: string | undefined) => void
}

/** The graph as it ran: to look at, not to change. */
export function GraphPanel({ execution, selectedStep, onSelectStep }: Props) {
  const { data: workflow, error, refetch } = useQuery(executionWorkflowQuery(execution.id))
  const { data: agents } = useQuery(agentsQuery())
  const [runs] = useState(createRuns)
  const steps = useMemo(() => new Map(execution.steps.map((step) => [step.id, step])), [execution.steps])
  const { events } = useExecutionEvents(isSettled(execution.status) ? undefined : execution.id)
  useEffect(() => runs.setState({ steps, turns: turnsIn(execution, events), held: heldSteps(execution.nested) }), [runs, steps, execution, events])

  const library = useMemo(
    () => new Map((agents ?? []).flatMap((one) => (one.agent.id ? [[one.agent.id, one]] : []))),
    [agents],
  )
  // What runs within a loop or another workflow stands in the node of the step it runs within.
  const selected = selectedStep === undefined ? undefined : ownStepOf(selectedStep)
  const selection = useMemo(() => (selected === undefined ? NOTHING : selectSteps([selected])), [selected])
  const nodes = useMemo(
    () => (workflow ? toNodes(workflow, library, selection, []) : []),
    [workflow, library, selection],
  )
  const wires = useMemo(() => (workflow ? toWires(workflow, NOTHING, []) : []), [workflow])

  if (error) return <ErrorPanel error={error} title="The graph could not be loaded" retry={() => void refetch()} />
  if (!workflow) return <Pending label="Loading the graph" />
  return (
    <div className={classes.canvas} data-testid="run-graph">
      <RunsContext value={runs}>
        <ReactFlow
          nodes={nodes}
          edges={wires}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          onlyRenderVisibleElements
          onNodeClick={(_, node) => node.type === 'step' && onSelectStep(node.id)}
          onPaneClick={() => onSelectStep(undefined)}
          fitView
          fitViewOptions={{ padding: 0.2, maxZoom: 1 }}
          minZoom={0.05}
          attributionPosition="top-right"
        >
          <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} color="var(--dot)" />
          <CanvasControls label="Graph" />
          {nodes.length > 6 && (
            <MiniMap
              className={classes.minimap ?? ''}
              pannable
              zoomable
              nodeColor={(node) => STATUS[steps.get(node.id)?.status ?? 'pending'].color}
              maskColor="var(--accent-soft)"
              bgColor="var(--panel)"
            />
          )}
        </ReactFlow>
      </RunsContext>
    </div>
  )
}

/** How far each loop is; turns of a settled execution are counted, there is nothing more to come. */
function turnsIn(execution: ExecutionDetail, events: readonly Event[]): Map<string, string> {
  return new Map(
    execution.groups.flatMap(({ parent }) => {
      const isLoop = execution.nested.some((step) => step.parent === parent && step.turn !== undefined)
      const turns = isLoop ? turnsOf(execution, events, parent) : undefined
      return turns ? [[parent, turnsText(turns)] as const] : []
    }),
  )
}
