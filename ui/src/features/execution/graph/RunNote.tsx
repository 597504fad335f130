import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'

import { Markdown } from '@/components/Markdown'
import type { NoteNode } from '@/graph/flow'

import classes from './graph.module.css'

/** A note, as it stood. */
export const RunNote = memo(function RunNote({ data }: NodeProps<NoteNode>) {
  return (
    <div className={classes.note}>
      <Markdown text={data.text} />
    </div>
  )
})
