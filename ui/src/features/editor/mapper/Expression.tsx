import { useMemo, type ReactNode } from 'react'

import { isSelection } from './references'
import { piecesOf } from './pieces'
import { SourceIcon } from './SourceIcon'
import classes from './target.module.css'
import type { SourceNode } from './tree'

type Props = {
  text: string
  tree: readonly SourceNode[]
  /** Sources by their tiles alone. */
  compact?: boolean
}

/** An expression as people read it: sources by their names, paths in colour. */
export function Expression({ text, tree, compact = false }: Props) {
  const parts = useMemo(() => read(text, tree, compact), [text, tree, compact])
  return <span className={classes.reading}>{parts}</span>
}

function read(text: string, tree: readonly SourceNode[], compact: boolean): ReactNode[] {
  const trimmed = text.trim()
  const source = tree
    .filter(({ expression }) => trimmed === expression || trimmed.startsWith(`${expression}.`) || trimmed.startsWith(`${expression}[`))
    .toSorted((a, b) => b.expression.length - a.expression.length)[0]
  if (source && isSelection(trimmed)) {
    const path = trimmed.slice(source.expression.length).replace(/^\./, '')
    const named = !compact || path === ''
    return [
      <SourceIcon key="tile" source={source} size={15} />,
      ...(named ? [<b key="source">{source.label}</b>] : []),
      ...(named && path !== '' ? [<i key="joint">›</i>] : []),
      <span key="path">{path}</span>,
    ]
  }
  const pieces = piecesOf(text).map((piece, index) => {
    const kind = /^["'rRbB]/.test(piece) && /["']$/.test(piece) ? 'text' : /^\d/.test(piece) ? 'number' : /^[A-Za-z_]/.test(piece) ? 'name' : undefined
    return kind ? (
      <span key={index} data-kind={kind}>
        {piece}
      </span>
    ) : (
      piece
    )
  })
  return [<span key="text">{pieces}</span>]
}
