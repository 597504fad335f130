import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { MousePointerClick } from 'lucide-react'

import { openExample } from '@/components/examples'

import { useUiStore } from '../session/context'
import { canvasCentre } from './centre'
import { useReactFlow } from '@xyflow/react'
import classes from './EmptyCanvas.module.css'

/** An empty canvas says how to begin. */
export function EmptyCanvas() {
  const ui = useUiStore()
  const flow = useReactFlow()
  const navigate = useNavigate()
  const example = async () => {
    const id = await openExample()
    if (id !== undefined) await navigate({ to: '/workflows/$id', params: { id } })
  }
  const add = () => {
    const screen = canvasCentre()
    ui.setState({ quickAdd: { screen, at: flow.screenToFlowPosition(screen) } })
  }
  return (
    <div className={classes.empty} data-testid="empty-canvas">
      <MousePointerClick size={22} aria-hidden />
      <h2>Drag an agent here to begin</h2>
      <p>
        From the library on the left, or press <kbd>Tab</kbd> or <kbd>/</kbd> to add one where the pointer is. Then draw
        wires from port to port.
      </p>
      <div>
        <Button onClick={add}>Add a step</Button>
        <Button variant="subtle" onClick={() => void example()}>
          Open the example
        </Button>
      </div>
    </div>
  )
}
