import { useMemo, type ReactNode } from 'react'

import { isSelection } from './references'
import { piecesOf } from './pieces'
import { SourceIcon } from './SourceIcon'
import classes from './expression.module.css'
import type { SourceNode } from './tree'

/** An expression as people read it: sources by their names (by their tiles alone where room is scarce), paths in colour. */
export function Expression({ text, tree }: { text: string; tree: readonly SourceNode[] }) {
  const parts = useMemo(() => read(text, tree), [text, tree])
  return <span className={classes.reading}>{parts}</span>
}

function read(text: string, tree: readonly SourceNode[]): ReactNode[] {
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
    return [
      <SourceIcon key="tile" source={source} size={15} />,
      <b key="source" data-foldable={rest || undefined}>
        {source.label}
      </b>,
      ...(rest ? [<i key="joint" data-foldable>›</i>] : []),
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
