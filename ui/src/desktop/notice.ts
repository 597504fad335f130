//! Notices of the desktop. In a browser there are none: a tab may not ask for them unbidden.

import { invoke } from '@tauri-apps/api/core'

import { inWindow } from '@/api/host'

/** Tells somebody who is looking elsewhere; nobody else. */
export function notifyAway(title: string, body: string): void {
  // A notice that is not shown is no loss: the page says the same.
  if (inWindow && !document.hasFocus()) void invoke('notify', { title, body }).catch(() => undefined)
}
