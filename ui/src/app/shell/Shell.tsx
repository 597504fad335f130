import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'

import { ConfirmDialog } from '@/components/confirm'
import { notifyDone } from '@/components/notify'
import { isTextField } from '@/components/typing'
import { useKeptTheme, useTheme } from '@/components/useTheme'
import { importFromFiles, newWorkflow } from '@/components/workflow-actions'
import { useMenu } from '@/desktop/menu'

import { Connection } from './Connection'
import { Palette } from './Palette'
import { Rail } from './Rail'
import classes from './Shell.module.css'
import { Shortcuts, showShortcuts } from './Shortcuts'

/** The frame around every page: rail, palette, dialogs, and the native menu's items that concern no page. */
export function Shell() {
  useKeptTheme()
  useGeneralMenu()
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <Rail />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Connection>
          <Outlet />
        </Connection>
      </main>
      <Palette />
      <Shortcuts />
      <ConfirmDialog />
    </div>
  )
}

function useGeneralMenu(): void {
  const navigate = useNavigate()
  const { choose } = useTheme()
  const inEditor = useLocation({ select: ({ pathname }) => pathname.startsWith('/workflows/') })
  const open = async (arriving: Promise<string | undefined>) => {
    const id = await arriving
    if (id) await navigate({ to: '/workflows/$id', params: { id } })
  }
  useMenu((item) => {
    switch (item) {
      case 'file.new':
        return void open(newWorkflow())
      case 'file.import':
        return void open(importFromFiles())
      case 'view.theme.system':
        return choose('auto')
      case 'view.theme.light':
        return choose('light')
      case 'view.theme.dark':
        return choose('dark')
      case 'help.shortcuts':
        return showShortcuts()
      // Elsewhere than in a text field these two are the editor's; so is export, where one is open.
      case 'edit.undo':
      case 'edit.redo':
        if (isTextField(document.activeElement)) document.execCommand(item === 'edit.undo' ? 'undo' : 'redo')
        return undefined
      case 'file.export':
        if (!inEditor) notifyDone('Open a workflow first, then export it.')
        return undefined
    }
  })
}
