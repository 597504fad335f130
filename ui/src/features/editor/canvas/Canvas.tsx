import '@xyflow/react/dist/base.css'

import {
  applyNodeChanges,
  Background,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  type EdgeChange,
  type NodeChange,
} from '@xyflow/react'
import { useCallback, useRef, useState } from 'react'

import { KIND } from '@/components/kinds'
import { STATUS } from '@/components/status'
import { move } from '@/graph/edits/move'
import { noteIdOf, type CanvasNode, type Wire } from '@/graph/flow'
import { selectSteps, type Selection } from '@/graph/selection'

import { useEditor, useSession, useUiStore } from '../session/context'
import { PreviewOverlay } from '../preview/PreviewOverlay'
import { useRun } from '../session/useRun'
import classes from './Canvas.module.css'
import { ConnectionLine } from './ConnectionLine'
import { ConnectTo } from './ConnectTo'
import { Controls } from './Controls'
import { CycleCallouts } from './CycleCallouts'
import { EmptyCanvas } from './EmptyCanvas'
import { GhostNodeView } from './GhostNodeView'
import { NoteNodeView } from './NoteNodeView'
import { QuickAdd } from './QuickAdd'
import { StepMenu } from './StepMenu'
import { StepNodeView } from './StepNodeView'
import { StepSearch } from './StepSearch'
import { namer, useCanvasKeys } from './useCanvasKeys'
import { useClipboard } from './useClipboard'
import { useDropOnWire } from './useDropOnWire'
import { useKeepCentre } from './useKeepCentre'
import { useReveal } from './useReveal'
import { useWiring } from './useWiring'
import { WireView } from './WireView'

const nodeTypes = { step: StepNodeView, note: NoteNodeView, ghost: GhostNodeView }
const edgeTypes = { wire: WireView }
const FIT = { padding: '40px', maxZoom: 1 } as const
const PAN_BUTTONS = [1, 2]
const SHIFT_OR_CTRL = ['Shift', 'Control', 'Meta']

/** The graph: drawn, moved, wired, walked. */
export function Canvas() {
  const session = useSession()
  const ui = useUiStore()
  const flow = useReactFlow()
  const nodes = useEditor((state) => state.nodes)
  const wires = useEditor((state) => state.wires)
  const empty = nodes.length === 0
  // Only what was there at first is brought into view; what is added later is already where the person looks.
  const [fit] = useState(!empty)
  const wrapper = useRef<HTMLDivElement>(null)
  const wiring = useWiring()
  const cursor = useCanvasKeys(wrapper)
  useClipboard(cursor)
  useReveal()
  useKeepCentre(wrapper)

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const { nodes, selection } = session.store.getState()
      const selects = changes.filter((change) => change.type === 'select')
      const others = changes.filter((change) => change.type !== 'select' && change.type !== 'remove')
      if (others.length > 0) session.setNodes(applyNodeChanges(others, nodes))
      if (selects.length > 0) session.select(withNodes(selection, selects))
    },
    [session],
  )

  const onEdgesChange = useCallback(
    (changes: EdgeChange<Wire>[]) => {
      const { selection } = session.store.getState()
      const edges = new Set(selection.edges)
      let changed = false
      for (const change of changes) {
        if (change.type !== 'select') continue
        changed = true
        if (change.selected) edges.add(change.id)
        else edges.delete(change.id)
      }
      if (changed) session.select({ ...selection, edges })
    },
    [session],
  )

  const keepPlaces = useCallback(() => {
    const { nodes, document } = session.store.getState()
    const steps = new Map(nodes.flatMap((node) => (node.type === 'step' ? [[node.id, node.position] as const] : [])))
    const notes = new Map(nodes.flatMap((node) => (node.type === 'note' ? [[node.data.id, node.position] as const] : [])))
    session.apply(move(document, { steps, notes }, namer(session)))
  }, [session])

  const { overWire, dropped } = useDropOnWire(keepPlaces)

  return (
    <div
      ref={wrapper}
      className={classes.canvas}
      data-canvas
      data-testid="canvas"
      role="application"
      aria-label="Canvas of the workflow. Arrow keys walk the steps, W walks the wires, slash adds a step, C connects one, Enter opens what is selected."
      tabIndex={0}
    >
      <ReactFlow<CanvasNode, Wire>
        nodes={nodes}
        edges={wires}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDrag={overWire}
        onNodeDragStop={dropped}
        onNodeDoubleClick={(_, node) => {
          const note = noteIdOf(node.id)
          if (note !== null) ui.setState({ writing: note })
        }}
        onSelectionDragStop={keepPlaces}
        onNodeContextMenu={(event, node) => {
          if (node.type !== 'step') return
          event.preventDefault()
          session.select(selectSteps([node.id]))
          ui.setState({ stepMenu: { step: node.id, screen: { x: event.clientX, y: event.clientY } } })
        }}
        onConnect={wiring.onConnect}
        onConnectStart={wiring.onConnectStart}
        onConnectEnd={wiring.onConnectEnd}
        onReconnect={wiring.onReconnect}
        isValidConnection={wiring.isValidConnection}
        connectionLineComponent={ConnectionLine}
        connectionRadius={28}
        onDoubleClick={(event) => {
          if (!(event.target as HTMLElement).classList.contains('react-flow__pane')) return
          const screen = { x: event.clientX, y: event.clientY }
          ui.setState({ quickAdd: { screen, at: flow.screenToFlowPosition(screen) } })
        }}
        onlyRenderVisibleElements
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        panOnDrag={PAN_BUTTONS}
        panOnScroll
        zoomOnDoubleClick={false}
        multiSelectionKeyCode={SHIFT_OR_CTRL}
        deleteKeyCode={null}
        selectionKeyCode={null}
        panActivationKeyCode="Space"
        disableKeyboardA11y
        nodesFocusable={false}
        edgesFocusable={false}
        minZoom={0.08}
        maxZoom={2}
        fitView={fit}
        fitViewOptions={FIT}
        attributionPosition="top-right"
      >
        <Background gap={20} size={2} color="var(--dot)" />
        <CycleCallouts />
        <PreviewOverlay />
        <Overview />
      </ReactFlow>
      {empty && <EmptyCanvas />}
      <Controls />
      <StepSearch />
      <QuickAdd />
      <ConnectTo />
      <StepMenu />
    </div>
  )

}

/** The selection after React Flow selected and deselected nodes. */
function withNodes(selection: Selection, changes: readonly { id: string; selected: boolean }[]): Selection {
  const steps = new Set(selection.steps)
  const notes = new Set(selection.notes)
  for (const { id, selected } of changes) {
    const note = noteIdOf(id)
    const set = note === null ? steps : notes
    if (selected) set.add(note ?? id)
    else set.delete(note ?? id)
  }
  return { ...selection, steps, notes }
}

/** The whole graph in the corner, coloured by how each step fares. */
function Overview() {
  const run = useRun()
  const statuses = new Map(run?.steps.map((step) => [step.id, step.status]))
  return (
    <MiniMap<CanvasNode>
      pannable
      zoomable
      ariaLabel="Overview of the workflow"
      className={classes.overview}
      nodeBorderRadius={8}
      nodeColor={(node) => {
        if (node.type === 'ghost') return 'var(--line-strong)'
        if (node.type === 'note') return 'color-mix(in srgb, var(--warn) 35%, transparent)'
        const status = statuses.get(node.id)
        if (status && status !== 'pending') return STATUS[status].color
        if (node.selected) return 'var(--accent)'
        return node.data.agent ? KIND[node.data.agent.kind].color : 'var(--ghost)'
      }}
      maskColor="color-mix(in srgb, var(--bg) 60%, transparent)"
      bgColor="var(--panel)"
    />
  )
}
