//! The native menu. It sends what was chosen as an event; in a browser there is no menu and nothing is sent.

import { listen } from '@tauri-apps/api/event'

import { inWindow } from '@/api/host'

/** Calls `handle` with the id of each menu item chosen (`file.new`, `file.import`, …), until the answer is called. */
export function onMenu(handle: (id: string) => void): () => void {
  if (!inWindow) return () => undefined
  let stopped = false
  let stop: (() => void) | undefined
  void listen<string>('menu', (event) => handle(event.payload)).then((unlisten) => {
    if (stopped) unlisten()
    else stop = unlisten
  })
  return () => {
    stopped = true
    stop?.()
  }
}
