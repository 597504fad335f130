import { Button, Menu } from '@mantine/core'
import { ChevronDown, CirclePlay, Play, Square } from 'lucide-react'

import { cancelExecution, isSettled } from '@/api/executions'
import { attempt } from '@/components/notify'

import { useEditor, useUi, useUiStore } from '../session/context'
import { useRun } from '../session/useRun'
import classes from './TopBar.module.css'

/** Test run, with the real run of the saved version behind the arrow; Stop while one is under way. */
export function RunButtons() {
  const ui = useUiStore()
  const run = useRun()
  const watched = useUi((state) => state.run)
  const version = useEditor((state) => state.latestVersion?.number)
  const running = watched !== null && run !== undefined && !isSettled(run.status)
  return (
    <>
      {running && (
        <Button
          leftSection={<Square size={11} fill="currentColor" />}
          onClick={() => void attempt('The execution could not be stopped', () => cancelExecution(run.id))}
          data-testid="stop-run"
        >
          Stop
        </Button>
      )}
      <Button.Group>
        <Button
          variant="filled"
          leftSection={<Play size={13} fill="currentColor" />}
          onClick={() => ui.setState({ dialog: 'run', runMode: 'test' })}
          data-testid="test-run"
          title="Try the draft out (Ctrl Enter)"
        >
          Test run
        </Button>
        <Menu position="bottom-end" width={280}>
          <Menu.Target>
            <Button variant="filled" className={classes.split} aria-label="More ways to run" data-testid="run-menu">
              <ChevronDown size={14} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<Play size={14} />}
              onClick={() => ui.setState({ dialog: 'run', runMode: 'test' })}
              data-testid="menu-test-run"
            >
              Test run
              <small className={classes.hint}>The draft as it is; agents without a provider answer with samples</small>
            </Menu.Item>
            <Menu.Item
              leftSection={<CirclePlay size={14} />}
              onClick={() => ui.setState({ dialog: 'run', runMode: 'live' })}
              data-testid="menu-live-run"
            >
              {version === undefined ? 'Run for real' : `Run version ${version}`}
              <small className={classes.hint}>
                {version === undefined ? 'The draft, since no version has been saved yet' : 'For real: what the version says, nothing sampled'}
              </small>
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Button.Group>
    </>
  )
}
