//! Keys and items of the native menu that work anywhere in the editor. Inside a text field undo and redo belong to the
//! field.

import { useEffect } from 'react'

import { isTextField } from '@/components/typing'
import { useMenu } from '@/desktop/menu'

import { useSession, useUiStore } from './session/context'

export function useEditorKeys(): void {
  const session = useSession()
  const ui = useUiStore()
  useMenu((item) => {
    if (isTextField(document.activeElement) || dialogIsOpen()) return
    if (item === 'edit.undo') void session.undo()
    if (item === 'edit.redo') void session.redo()
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = isTextField(event.target as HTMLElement)
      if (dialogIsOpen()) return
      if (!event.ctrlKey && !event.metaKey) {
        if (event.key === '/' && !typing) {
          event.preventDefault()
          document.querySelector<HTMLElement>('[data-library-search]')?.focus()
        }
        return
      }
      const key = event.key.toLowerCase()
      if (!typing && (key === 'z' || key === 'y')) {
        event.preventDefault()
        void (key === 'y' || event.shiftKey ? session.redo() : session.undo())
      }
      if (key === 's') {
        event.preventDefault()
        ui.setState({ dialog: 'version' })
      }
      if (key === 'f' && !event.shiftKey) {
        event.preventDefault()
        ui.setState({ searching: true })
      }
      if (key === 'enter') {
        event.preventDefault()
        ui.setState({ dialog: 'run', runMode: 'test' })
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [session, ui])
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role=dialog][aria-modal=true]') !== null
}
