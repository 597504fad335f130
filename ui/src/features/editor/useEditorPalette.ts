//! What the command palette offers while a workflow is open.

import { useReactFlow } from '@xyflow/react'
import { Cable, Eye, History, LayoutGrid, Maximize, Play, Plus, Redo2, Save, Search, Spline, Undo2, Waypoints } from 'lucide-react'
import { useMemo } from 'react'

import { usePaletteActions, type PaletteAction } from '@/components/palette/registry'
import { soleStep } from '@/graph/selection'

import { addByKey } from './canvas/addByKey'
import { canvasCentre } from './canvas/centre'
import { connectByKey } from './canvas/ConnectTo'
import { arrangeSteps } from './canvas/Controls'
import { goToNextWire } from './canvas/goToWire'
import { useProofDoor, useSession, useUiStore } from './session/context'

const GROUP = 'This workflow'

export function useEditorPalette(): void {
  const session = useSession()
  const ui = useUiStore()
  const proof = useProofDoor()
  const flow = useReactFlow()
  const actions = useMemo<PaletteAction[]>(
    () => [
      {
        id: 'editor-test-run',
        label: 'Test run',
        group: GROUP,
        Icon: Play,
        shortcut: 'Ctrl Enter',
        run: () => ui.setState({ dialog: 'run', runMode: 'test' }),
      },
      {
        id: 'editor-preview',
        label: 'Preview with sample data',
        group: GROUP,
        Icon: Eye,
        keywords: ['sample', 'data', 'flow'],
        run: () => ui.setState(({ previewing }) => ({ previewing: !previewing })),
      },
      {
        id: 'editor-mapper',
        label: 'Map the input of the selected step',
        group: GROUP,
        Icon: Waypoints,
        keywords: ['mapper', 'mapping', 'fields'],
        run: () => ui.setState({ mapper: soleStep(session.store.getState().selection) }),
      },
      {
        id: 'editor-save-version',
        label: 'Save version',
        group: GROUP,
        Icon: Save,
        shortcut: 'Ctrl S',
        run: () => ui.setState({ dialog: 'version' }),
      },
      {
        id: 'editor-history',
        label: 'Version history',
        group: GROUP,
        Icon: History,
        run: () => ui.setState({ dialog: 'history' }),
      },
      {
        id: 'editor-add-step',
        label: 'Add a step',
        group: GROUP,
        Icon: Plus,
        shortcut: '/',
        run: () => addByKey(session, ui, flow, canvasCentre()),
      },
      {
        id: 'editor-connect',
        label: 'Connect the selected step to…',
        group: GROUP,
        Icon: Cable,
        keywords: ['wire', 'draw', 'edge'],
        shortcut: 'C',
        run: () => connectByKey(session, ui, flow),
      },
      {
        id: 'editor-find-step',
        label: 'Find a step',
        group: GROUP,
        Icon: Search,
        shortcut: 'Ctrl F',
        run: () => ui.setState({ searching: true }),
      },
      {
        id: 'editor-next-wire',
        label: 'Go to the next wire',
        group: GROUP,
        Icon: Spline,
        keywords: ['verdict', 'fits', 'connection'],
        shortcut: 'W',
        run: () => goToNextWire(session, ui, proof),
      },
      {
        id: 'editor-arrange',
        label: 'Arrange the steps',
        group: GROUP,
        Icon: LayoutGrid,
        keywords: ['layout', 'tidy'],
        run: () => void arrangeSteps(session),
      },
      {
        id: 'editor-fit',
        label: 'Show everything',
        group: GROUP,
        Icon: Maximize,
        keywords: ['zoom', 'fit'],
        run: () => void flow.fitView({ padding: '40px', maxZoom: 1, duration: 150 }),
      },
      { id: 'editor-undo', label: 'Undo', group: GROUP, Icon: Undo2, shortcut: 'Ctrl Z', run: () => void session.undo() },
      {
        id: 'editor-redo',
        label: 'Redo',
        group: GROUP,
        Icon: Redo2,
        shortcut: 'Ctrl Shift Z',
        run: () => void session.redo(),
      },
    ],
    [flow, proof, session, ui],
  )
  usePaletteActions(actions)
}
