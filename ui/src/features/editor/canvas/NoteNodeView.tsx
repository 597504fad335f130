import type { NodeProps } from '@xyflow/react'
import { memo, useEffect, useRef } from 'react'

import { Markdown } from '@/components/Markdown'
import { setNote } from '@/graph/edits/workflow'
import type { NoteNode } from '@/graph/flow'

import { useSession, useUi, useUiStore } from '../session/context'
import classes from './NoteNodeView.module.css'

/** A sticky note. A double click or Enter opens it for writing. */
export const NoteNodeView = memo(function NoteNodeView({ data, selected }: NodeProps<NoteNode>) {
  const session = useSession()
  const ui = useUiStore()
  const writing = useUi((state) => state.writing === data.id)
  const stop = () => ui.setState({ writing: null })
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (writing) field.current?.focus()
  }, [writing])
  return (
    <div
      className={classes.note}
      data-selected={selected || undefined}
      data-testid={`note-${data.id}`}
      role="note"
      aria-label={data.text || 'Empty note'}
    >
      {writing ? (
        <textarea
          ref={field}
          className="nodrag nowheel"
          aria-label="Text of the note"
          placeholder="Write a note"
          value={data.text}
          onChange={(event) => session.apply(setNote(session.store.getState().document, data.id, event.target.value))}
          onBlur={stop}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') stop()
          }}
        />
      ) : data.text.trim() !== '' ? (
        <Markdown text={data.text} />
      ) : (
        <p className={classes.empty}>Double-click to write</p>
      )}
    </div>
  )
})
