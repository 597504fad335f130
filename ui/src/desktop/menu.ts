//! The native menu. It tells which item was chosen; in a browser there is no menu and nothing is ever told.

import { listen } from '@tauri-apps/api/event'
import { useEffect, useEffectEvent } from 'react'

import { inWindow } from '@/api/host'

/** The items that concern the page; the shell sees to the others itself. */
export type MenuItem =
  | 'file.new'
  | 'file.import'
  | 'file.export'
  | 'edit.undo'
  | 'edit.redo'
  | 'view.theme.system'
  | 'view.theme.light'
  | 'view.theme.dark'
  | 'help.shortcuts'

/** Calls `handle` with each item chosen while the component is mounted; it ignores what is not its own. */
export function useMenu(handle: (item: MenuItem) => void): void {
  const onItem = useEffectEvent(handle)
  useEffect(() => {
    if (!inWindow) return
    let mounted = true
    const listening = listen<MenuItem>('menu', (event) => mounted && onItem(event.payload))
    return () => {
      mounted = false
      void listening.then((stop) => stop())
    }
  }, [])
}
