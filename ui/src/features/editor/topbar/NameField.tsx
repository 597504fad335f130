import { useEffect, useRef, useState } from 'react'

import { NEW_NAME } from '@/components/workflow-actions'
import { useTitle } from '@/desktop/window'
import { renameWorkflow } from '@/graph/edits/workflow'

import { useEditor, useSession } from '../session/context'
import classes from './TopBar.module.css'

/** The name, editable where it stands. Enter keeps it, Escape takes it back. */
export function NameField() {
  const session = useSession()
  const name = useEditor((state) => state.document.name)
  const [draft, setDraft] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  useTitle(name)
  // A workflow that has just been made is named first; the canvas has the keys after that.
  const fresh = useEditor((state) => state.document.steps.length === 0 && state.document.name === NEW_NAME)
  const [atOnce] = useState(fresh)
  useEffect(() => {
    if (atOnce && document.activeElement === document.body) input.current?.select()
  }, [atOnce])
  const leave = () => document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  const keep = () => {
    if (draft !== null) session.apply(renameWorkflow(session.store.getState().document, draft.trim()))
    setDraft(null)
  }
  return (
    <>
      <h1 className="sr-only">{name}</h1>
      <input
        ref={input}
        className={classes.name}
        aria-label="Name of the workflow"
        data-testid="workflow-name"
        value={draft ?? name}
        size={Math.min(40, Math.max(6, (draft ?? name).length))}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') leave()
          if (event.key === 'Escape') {
            setDraft(null)
            // After the draft is gone, so that leaving the field keeps nothing.
            requestAnimationFrame(leave)
          }
        }}
      />
    </>
  )
}
