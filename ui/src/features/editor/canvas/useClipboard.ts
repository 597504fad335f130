//! Copy, cut and paste on the canvas. The events of the browser carry the text where they come; some webviews send
//! none without a text selection, so the keys do the same through the clipboard API, and the last copy is remembered.

import { useReactFlow } from '@xyflow/react'
import { useEffect, useRef } from 'react'

import { clipFromText, clipOf, clipToText, paste } from '@/graph/clipboard'
import { removeSelection } from '@/graph/edits/remove'
import { notifyDone } from '@/components/notify'
import { plural } from '@/components/format'

import { useSession, useUiStore } from '../session/context'
import { namer } from './useCanvasKeys'

let remembered = ''
/** How long the keys wait for the browser's own paste event. */
const EVENT_MS = 60

export function useClipboard(cursor: () => { x: number; y: number }): void {
  const session = useSession()
  const ui = useUiStore()
  const { screenToFlowPosition } = useReactFlow()
  const place = useRef(cursor)
  useEffect(() => {
    place.current = cursor
  })

  useEffect(() => {
    const ours = () => {
      const active = document.activeElement
      if (active === null || active === document.body) return window.getSelection()?.isCollapsed ?? true
      if (active.closest('input, textarea, [contenteditable=true]')) return false
      return active.closest('[data-canvas]') !== null && (window.getSelection()?.isCollapsed ?? true)
    }
    const take = (cut: boolean): string | null => {
      const { document, selection } = session.store.getState()
      const clip = clipOf(document, selection)
      if (!clip) return null
      remembered = clipToText(clip)
      ui.setState({ announcement: `${plural(clip.steps.length, 'step')} ${cut ? 'cut' : 'copied'}` })
      if (cut) {
        const edit = removeSelection(document, selection, namer(session))
        session.apply(edit && { ...edit, label: edit.label.replace('Remove', 'Cut') })
      }
      return remembered
    }
    const put = (text: string): boolean => {
      const clip = clipFromText(text)
      if (!clip) return false
      session.apply(paste(session.store.getState().document, clip, screenToFlowPosition(place.current())))
      return true
    }

    let pasteTimer: ReturnType<typeof setTimeout> | undefined
    const onCopy = (event: ClipboardEvent) => {
      if (!ours() || !event.clipboardData) return
      const text = take(event.type === 'cut')
      if (text === null) return
      event.clipboardData.setData('text/plain', text)
      event.preventDefault()
    }
    const onPaste = (event: ClipboardEvent) => {
      clearTimeout(pasteTimer)
      if (!ours()) return
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (put(text)) event.preventDefault()
      else if (text.trim() !== '') notifyDone('The clipboard holds no steps; copy some on a canvas first.')
    }
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || !ours()) return
      if (event.key === 'c') {
        const text = take(false)
        // Where this is refused, the copy event or the remembered copy serve.
        if (text !== null) navigator.clipboard?.writeText(text).catch(() => undefined)
      }
      if (event.key === 'v') {
        clearTimeout(pasteTimer)
        pasteTimer = setTimeout(() => put(remembered), EVENT_MS)
      }
    }
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    document.addEventListener('keydown', onKey)
    return () => {
      clearTimeout(pasteTimer)
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
      document.removeEventListener('keydown', onKey)
    }
  }, [screenToFlowPosition, session, ui])
}
