import { Menu } from '@mantine/core'
import { useReactFlow } from '@xyflow/react'
import { Cable, Circle, Copy, FastForward, Pin, PinOff, Trash2, Undo2 } from 'lucide-react'

import { clipOf, paste } from '@/graph/clipboard'
import { setPin, toggleBreakpoints } from '@/graph/edits/flow'
import { removeSelection } from '@/graph/edits/remove'
import { stepById } from '@/graph/lookup'
import { selectSteps } from '@/graph/selection'

import { usePinLast } from '../inspector/data/usePinLast'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { connectByKey } from './ConnectTo'
import { undoWith } from './undoWith'
import { namer } from './useCanvasKeys'

/** What can be done with one step, where it was asked for. */
export function StepMenu() {
  const ui = useUiStore()
  const menu = useUi((state) => state.stepMenu)
  const close = () => ui.setState({ stepMenu: null })
  return (
    <Menu opened={menu !== null} onClose={close} position="bottom-start" width={230} trapFocus returnFocus={false}>
      <Menu.Target>
        <span aria-hidden style={{ position: 'fixed', left: menu?.screen.x ?? 0, top: menu?.screen.y ?? 0, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown data-testid="step-menu">{menu && <Items step={menu.step} />}</Menu.Dropdown>
    </Menu>
  )
}

function Items({ step: id }: { step: string }) {
  const session = useSession()
  const ui = useUiStore()
  const flow = useReactFlow()
  const step = useEditor((state) => stepById(state.document, id))
  const pinLast = usePinLast(id)
  if (!step) return null
  const now = () => session.store.getState().document
  const duplicate = () => {
    const clip = clipOf(now(), selectSteps([id]))
    if (clip) session.apply(paste(now(), clip, null, 'Duplicate'))
  }
  return (
    <>
      <Menu.Item
        leftSection={<FastForward size={14} />}
        onClick={() => ui.setState({ dialog: 'run', runMode: 'test', runUpTo: id })}
        data-testid="step-menu-run-up-to"
      >
        Run up to here…
      </Menu.Item>
      <Menu.Item
        leftSection={<Circle size={12} fill={step.breakpoint ? 'var(--bad)' : 'none'} />}
        rightSection={<kbd>F9</kbd>}
        onClick={() => session.apply(toggleBreakpoints(now(), [id]))}
        data-testid="step-menu-breakpoint"
      >
        {step.breakpoint ? 'Remove the breakpoint' : 'Set a breakpoint'}
      </Menu.Item>
      {step.pin !== undefined ? (
        <Menu.Item leftSection={<PinOff size={14} />} onClick={() => session.apply(setPin(now(), id, undefined))} data-testid="step-menu-unpin">
          Unpin the output
        </Menu.Item>
      ) : (
        pinLast && (
          <Menu.Item leftSection={<Pin size={14} />} onClick={() => void pinLast()} data-testid="step-menu-pin">
            Pin the last output
          </Menu.Item>
        )
      )}
      <Menu.Item
        leftSection={<Cable size={14} />}
        rightSection={<kbd>C</kbd>}
        onClick={() => connectByKey(session, ui, flow, id)}
        data-testid="step-menu-connect"
      >
        Connect to…
      </Menu.Item>
      <Menu.Item leftSection={<Undo2 size={14} />} onClick={() => undoWith(session, ui, id)} data-testid="step-menu-undo-with">
        Undo with…
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<Copy size={14} />} rightSection={<kbd>Ctrl D</kbd>} onClick={duplicate}>
        Duplicate
      </Menu.Item>
      <Menu.Item
        leftSection={<Trash2 size={14} />}
        color="red"
        onClick={() => session.apply(removeSelection(now(), selectSteps([id]), namer(session)))}
        data-testid="step-menu-remove"
      >
        Remove
      </Menu.Item>
    </>
  )
}
