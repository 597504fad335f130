import { useReactFlow } from '@xyflow/react'
import { LayoutGrid, Search, StickyNote } from 'lucide-react'
import { useState } from 'react'

import { CanvasControls, Control } from '@/components/canvas/CanvasControls'
import { notifyError } from '@/components/notify'
import { arrange } from '@/graph/edits/move'
import { layout } from '@/graph/layoutWorker'

import { useSession, useUiStore } from '../session/context'
import type { Session } from '../session/session'
import { canvasCentre } from './centre'
import { newNote } from './newNote'

/** Arranges the steps by themselves; they glide to their places. */
export async function arrangeSteps(session: Session): Promise<void> {
  const { document, library } = session.store.getState()
  if (document.steps.length === 0) return
  try {
    const places = await layout(document, library)
    const canvas = globalThis.document.querySelector('[data-canvas]')
    canvas?.setAttribute('data-gliding', '')
    session.apply(arrange(session.store.getState().document, places))
    setTimeout(() => canvas?.removeAttribute('data-gliding'), 220)
  } catch (error) {
    notifyError('The steps could not be arranged', error)
  }
}

/** Zoom, fit, arrange, note, search: the corner of the canvas. */
export function Controls() {
  const flow = useReactFlow()
  const session = useSession()
  const ui = useUiStore()
  const [arranging, setArranging] = useState(false)
  const tidy = async () => {
    setArranging(true)
    await arrangeSteps(session)
    setArranging(false)
    void flow.fitView({ padding: '40px', maxZoom: 1, duration: 150 })
  }
  return (
    <CanvasControls label="Canvas" keys>
      <Control label="Arrange the steps" id="arrange" disabled={arranging} onClick={() => void tidy()}>
        <LayoutGrid size={14} />
      </Control>
      <Control
        label="Add a note"
        keys="N"
        id="add-note"
        onClick={() => {
          const at = flow.screenToFlowPosition(canvasCentre())
          newNote(session, ui, { x: at.x - 108, y: at.y - 36 })
        }}
      >
        <StickyNote size={14} />
      </Control>
      <Control label="Find a step" keys="Ctrl F" id="find" onClick={() => ui.setState({ searching: true })}>
        <Search size={14} />
      </Control>
    </CanvasControls>
  )
}
