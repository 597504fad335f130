import { ArrowRightToLine, ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'

import { BriefValue } from '@/components/data/BriefValue'

import { useHand, useMapperParts } from './context'
import type { Row } from './rows'
import { SourceIcon } from './SourceIcon'
import classes from './tree.module.css'

/** Height of a row in pixels, as in the style sheet. */
export const ROW_HEIGHT = 26

type Props = {
  id: string
  row: Row
  index: number
  top: number
  wide: boolean
  selected: boolean
  onToggle: (row: Row, open: boolean) => void
  onClick: (row: Row) => void
  onMenu: (row: Row) => void
}

/** One field of the tree: what it is called, its type, its value in the sample. */
export const FieldRow = memo(function FieldRow({ id, row, index, top, wide, selected, onToggle, onClick, onMenu }: Props) {
  const { hand } = useMapperParts()
  const { node, source, depth, open } = row
  const carried = useHand((state) => state.carried?.expression === node.expression)
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <div
      id={id}
      className={classes.row}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-posinset={row.index}
      aria-setsize={row.count}
      aria-selected={selected}
      aria-expanded={open}
      title={node.description ?? node.expression}
      style={{ top, paddingLeft: 4 + depth * (wide ? 18 : 14) }}
      data-index={index}
      data-source={source ? true : undefined}
      data-selected={selected || undefined}
      data-carried={carried || undefined}
      data-wire-source={node.expression}
      data-testid={`source-${node.expression}`}
      onPointerDown={(event) => hand.press({ expression: node.expression, name: node.name, type: node.type, value: node.value }, event)}
      // The caret stays where an expression is written, so that a click can put the field there.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onClick(row)}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(row)
      }}
      onPointerEnter={() => hand.rest(node.expression)}
      onPointerLeave={() => hand.rest(null)}
    >
      <span
        className={classes.chevron}
        aria-hidden
        data-testid={open === undefined ? undefined : `source-toggle-${node.expression}`}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation()
          if (open !== undefined) onToggle(row, !open)
        }}
      >
        {open !== undefined && <Chevron size={13} />}
      </span>
      {source && <SourceIcon source={source} />}
      <span className={classes.name} data-observed={node.observed || undefined}>
        {node.every && <i>every </i>}
        {source?.label ?? node.name}
        {!node.required && !source && !node.every && <span className={classes.optional} title="may be missing">?</span>}
      </span>
      <small className={classes.type}>{source ? (source.known ? '' : 'no schema') : node.type}</small>
      <span className={classes.preview}>
        {'value' in node && node.value !== undefined && <BriefValue value={node.value} room={wide ? 44 : 22} />}
      </span>
      <button
        type="button"
        className={classes.mapTo}
        tabIndex={-1}
        // For the pointer alone; keys have M, and the row should read as its field.
        aria-hidden
        title="Map to… (M)"
        data-testid={`map-to-${node.expression}`}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation()
          onMenu(row)
        }}
      >
        <ArrowRightToLine size={13} aria-hidden />
      </button>
      {wide && <span className={classes.port} data-wire-port aria-hidden />}
    </div>
  )
})
