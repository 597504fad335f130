//! The window around the page: its title and its theme. In a browser there is only the tab's title.

import { getCurrentWindow } from '@tauri-apps/api/window'
import { useEffect } from 'react'

import { inWindow } from '@/api/host'

/** Names what is shown, in the window's bar or the browser's tab. */
export function useTitle(subject: string | undefined): void {
  useEffect(() => {
    const title = subject ? `${subject} · Heddle` : 'Heddle'
    document.title = title
    // Nobody waits for a title, and without one the window is still the window.
    if (inWindow) void getCurrentWindow().setTitle(title).catch(() => undefined)
  }, [subject])
}

/** Lets the window's own bar and menu follow the theme of the page. */
export function setWindowTheme(theme: 'auto' | 'dark' | 'light'): void {
  // Some desktops theme all windows alike and refuse.
  if (inWindow) void getCurrentWindow().setTheme(theme === 'auto' ? null : theme).catch(() => undefined)
}

/** Gives what of the window is not page, the menu bar, a colour: the words on it follow the theme, what is behind them does not. */
export function setWindowColour(colour: string): void {
  if (inWindow) void getCurrentWindow().setBackgroundColor(colour).catch(() => undefined)
}
