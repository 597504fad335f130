import { Tooltip } from '@mantine/core'

import { useEditor, useUiStore } from '../session/context'
import type { SaveState } from '../session/saver'
import classes from './TopBar.module.css'

/** `v12 · all edits kept`: the version the draft builds on, and whether every edit is on disk. */
export function VersionChip() {
  const ui = useUiStore()
  const version = useEditor((state) => state.latestVersion)
  const changed = useEditor((state) => state.changedSinceVersion)
  const save = useEditor((state) => state.save)
  const name = version ? `v${version.number}${changed ? ' +' : ''}` : 'no version yet'
  return (
    <Tooltip
      label={
        version
          ? changed
            ? `Edited since version ${version.number}. Open the version history.`
            : `Exactly version ${version.number}. Open the version history.`
          : 'No version has been saved yet. Open the version history.'
      }
    >
      <button
        type="button"
        className={classes.chip}
        data-testid="version-chip"
        data-save={save.is}
        onClick={() => ui.setState({ dialog: 'history' })}
      >
        <i className={classes.dot} data-save={save.is} aria-hidden />
        <span>{name}</span>
        <span aria-hidden>·</span>
        <span role="status">{wordsOf(save)}</span>
      </button>
    </Tooltip>
  )
}

function wordsOf(save: SaveState): string {
  switch (save.is) {
    case 'saved':
      return 'all edits kept'
    case 'saving':
      return 'saving…'
    case 'retrying':
      return 'not saved yet, trying again'
    case 'refused':
      return 'last edit not saved'
    case 'conflict':
      return 'changed elsewhere'
  }
}
