import type { NodeProps } from '@xyflow/react'
import { memo, useEffect, useRef, useState } from 'react'

import { setNote } from '@/graph/edits/workflow'
import type { NoteNode } from '@/graph/flow'

import { useSession } from '../session/context'
import classes from './NoteNodeView.module.css'

/** A sticky note. A double click, Enter or being new opens it for writing. */
export const NoteNodeView = memo(function NoteNodeView({ data, selected }: NodeProps<NoteNode>) {
  const session = useSession()
  const [writing, setWriting] = useState(data.text === '' && selected)
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
      onDoubleClick={() => setWriting(true)}
    >
      {writing ? (
        <textarea
          ref={field}
          className="nodrag nowheel"
          aria-label="Text of the note"
          placeholder="Write a note"
          value={data.text}
          onChange={(event) => session.apply(setNote(session.store.getState().document, data.id, event.target.value))}
          onBlur={() => setWriting(false)}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') setWriting(false)
          }}
        />
      ) : (
        <p>{data.text || <span className={classes.empty}>Double-click to write</span>}</p>
      )}
    </div>
  )
})
