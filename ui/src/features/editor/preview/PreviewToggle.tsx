import { Button, Tooltip } from '@mantine/core'
import { Eye } from 'lucide-react'

import { useUi, useUiStore } from '../session/context'

/** Switches sample data on the canvas on and off. */
export function PreviewToggle() {
  const ui = useUiStore()
  const on = useUi((state) => state.previewing)
  return (
    <Tooltip label="Let sample data flow through the graph, without calling an agent">
      <Button
        variant={on ? 'light' : 'default'}
        leftSection={<Eye size={14} />}
        aria-pressed={on}
        onClick={() => ui.setState({ previewing: !on })}
        data-testid="preview-toggle"
      >
        Preview
      </Button>
    </Tooltip>
  )
}
