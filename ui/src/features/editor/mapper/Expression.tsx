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
  // Of every item of a list, as the tree writes it.
  const every = /^([^(]+)\.map\(each, each\.?([^()]*)\)$/.exec(trimmed)
  const selection = every?.[1] ?? trimmed
  const source = tree
    .filter(({ expression }) => selection === expression || selection.startsWith(`${expression}.`) || selection.startsWith(`${expression}[`))
    .toSorted((a, b) => b.expression.length - a.expression.length)[0]
  if (source && isSelection(selection)) {
    const path = selection.slice(source.expression.length).replace(/^\./, '')
    const rest = path !== '' || every !== null
    const named = !compact || (path === '' && !every)
    return [
      <SourceIcon key="tile" source={source} size={15} />,
      ...(named ? [<b key="source">{source.label}</b>] : []),
      ...(named && rest ? [<i key="joint">›</i>] : []),
      <span key="path">
        {path}
        {every && (
          <>
            {path !== '' && <i> › </i>}
            <i>every </i>
            {every[2]}
          </>
        )}
      </span>,
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
