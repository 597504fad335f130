import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { createPortal } from 'react-dom'

import type { Field, Source } from '@/graph/fields'

import classes from './data.module.css'
import { useFieldDrag } from './useFieldDrag'

type Insert = (expression: string, name: string, onto: string | null) => void

/** Everything upstream, as a tree: click a field or drag it onto a row. */
export function SourceTree({ sources, onInsert }: { sources: readonly Source[]; onInsert: Insert }) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const drag = useFieldDrag(onInsert)
  const toggle = (id: string) => {
    const next = new Set(folded)
    if (!next.delete(id)) next.add(id)
    setFolded(next)
  }
  return (
    <div className={classes.tree} role="group" aria-label="Data from before this step" data-testid="source-tree">
      {sources.map((source) => {
        const open = !folded.has(source.id)
        const Chevron = open ? ChevronDown : ChevronRight
        return (
          <div key={source.id}>
            <div className={classes.source}>
              <button type="button" aria-label={open ? `Fold ${source.title}` : `Unfold ${source.title}`} aria-expanded={open} onClick={() => toggle(source.id)}>
                <Chevron size={12} />
              </button>
              <Leaf name={source.id.replace('$', '')} label={source.title} detail={source.expression} expression={source.expression} drag={drag} onInsert={onInsert} />
            </div>
            {open && <Fields fields={source.fields} drag={drag} onInsert={onInsert} />}
            {open && source.fields.length === 0 && <p className={classes.unknown}>{source.known ? 'no fields' : 'says nothing about its fields'}</p>}
          </div>
        )
      })}
      {drag.ghost &&
        createPortal(
          <code className={classes.ghost} style={{ left: drag.ghost.x + 10, top: drag.ghost.y + 8 }} data-over={drag.ghost.onto !== null || undefined}>
            {drag.ghost.expression}
          </code>,
          document.body,
        )}
    </div>
  )
}

type Drag = ReturnType<typeof useFieldDrag>

function Fields({ fields, drag, onInsert }: { fields: readonly Field[]; drag: Drag; onInsert: Insert }) {
  return (
    <ul>
      {fields.map((field) => (
        <li key={field.expression}>
          <Leaf name={field.name} label={field.name} detail={field.type} expression={field.expression} title={field.description} drag={drag} onInsert={onInsert} />
          {field.children.length > 0 && <Fields fields={field.children} drag={drag} onInsert={onInsert} />}
        </li>
      ))}
    </ul>
  )
}

type LeafProps = {
  name: string
  label: string
  detail: string
  expression: string
  title?: string | undefined
  drag: Drag
  onInsert: Insert
}

function Leaf({ name, label, detail, expression, title, drag, onInsert }: LeafProps) {
  return (
    <button
      type="button"
      className={classes.leaf}
      title={title ?? expression}
      data-testid={`source-${expression}`}
      onPointerDown={(event) => drag.begin(expression, name, event)}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        if (!drag.dragged()) onInsert(expression, name, null)
      }}
    >
      <span>{label}</span>
      <small>{detail}</small>
    </button>
  )
}
