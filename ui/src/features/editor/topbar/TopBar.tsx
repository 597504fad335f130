import { Button, Tooltip } from '@mantine/core'
import { openSpotlight } from '@mantine/spotlight'
import { ArrowLeft, CircleAlert, Command, Redo2, Save, TriangleAlert, Undo2 } from 'lucide-react'
import { Link } from '@tanstack/react-router'

import { plural } from '@/components/format'

import { PreviewToggle } from '../preview/PreviewToggle'
import { useEditor, useSession, useUiStore } from '../session/context'
import { openBottom } from '../session/ui'
import { NameField } from './NameField'
import { RunButtons } from './RunButtons'
import classes from './TopBar.module.css'
import { VersionChip } from './VersionChip'
import { WorkflowMenu } from './WorkflowMenu'

/** Name, state, problems, and what one does with a workflow. */
export function TopBar() {
  const ui = useUiStore()
  return (
    <header className={classes.bar}>
      <Tooltip label="All workflows">
        <Link to="/" className={classes.back} aria-label="All workflows" data-testid="editor-back">
          <ArrowLeft size={16} />
        </Link>
      </Tooltip>
      <NameField />
      <VersionChip />
      <HistoryButtons />
      <span className={classes.space} />
      <ProblemChips />
      <button type="button" className={classes.palette} onClick={openSpotlight} data-testid="editor-open-palette">
        <Command size={14} aria-hidden />
        <span>Search or run a command</span>
        <kbd>Ctrl K</kbd>
      </button>
      <SaveVersionButton onOpen={() => ui.setState({ dialog: 'version' })} />
      <PreviewToggle />
      <RunButtons />
      <WorkflowMenu />
    </header>
  )
}

function HistoryButtons() {
  const session = useSession()
  const undo = useEditor((state) => state.history.undo.at(-1)?.label)
  const redo = useEditor((state) => state.history.redo.at(-1)?.label)
  return (
    <span className={classes.history}>
      <Tooltip label={undo === undefined ? 'Nothing to undo' : `Undo: ${undo} (Ctrl Z)`}>
        <button type="button" aria-label="Undo" disabled={undo === undefined} onClick={() => void session.undo()} data-testid="undo-edit">
          <Undo2 size={15} />
        </button>
      </Tooltip>
      <Tooltip label={redo === undefined ? 'Nothing to redo' : `Redo: ${redo} (Ctrl Shift Z)`}>
        <button type="button" aria-label="Redo" disabled={redo === undefined} onClick={() => void session.redo()} data-testid="redo-edit">
          <Redo2 size={15} />
        </button>
      </Tooltip>
    </span>
  )
}

function ProblemChips() {
  const ui = useUiStore()
  const errors = useEditor((state) => state.diagnostics.filter((each) => each.severity === 'error').length)
  const warnings = useEditor((state) => state.diagnostics.filter((each) => each.severity === 'warning').length)
  const show = () => openBottom(ui, 'problems')
  return (
    <>
      {errors > 0 && (
        <button type="button" className={classes.chip} data-tone="bad" onClick={show} data-testid="chip-errors" aria-label={plural(errors, 'error')}>
          <CircleAlert size={13} aria-hidden /> {errors}
        </button>
      )}
      {warnings > 0 && (
        <button type="button" className={classes.chip} data-tone="warn" onClick={show} data-testid="chip-warnings" aria-label={plural(warnings, 'warning')}>
          <TriangleAlert size={13} aria-hidden /> {warnings}
        </button>
      )}
    </>
  )
}

/** Stays pressable with a cycle or an error: pressing explains. */
function SaveVersionButton({ onOpen }: { onOpen: () => void }) {
  const blocked = useEditor((state) => state.cycles.length > 0 || state.diagnostics.some((each) => each.severity === 'error'))
  return (
    <Tooltip label={blocked ? 'Problems keep a version from being saved; press to see them' : 'Name this state (Ctrl S)'}>
      <Button
        leftSection={<Save size={14} />}
        onClick={onOpen}
        data-testid="save-version"
        data-blocked={blocked || undefined}
        className={classes.save}
      >
        Save version
      </Button>
    </Tooltip>
  )
}
