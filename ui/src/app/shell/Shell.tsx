import { Outlet } from '@tanstack/react-router'

import { ConfirmDialog } from '@/components/confirm'

import { Palette } from './Palette'
import { Rail } from './Rail'
import classes from './Shell.module.css'

/** The frame around every page: rail, palette, dialogs. */
export function Shell() {
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <Rail />
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Palette />
      <ConfirmDialog />
    </div>
  )
}
