import { TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'

import { useVirtualRows } from '@/components/useVirtualRows'

import { useMapperParts } from './context'
import { FieldRow, ROW_HEIGHT } from './FieldRow'
import type { Carried } from './hand'
import { MapToMenu } from './MapToMenu'
import classes from './tree.module.css'
import { rowsOf, type Row } from './rows'
import type { FieldNode } from './tree'

/** More rows than this are drawn only where they are to be seen. */
const PLAIN = 200

export function carriedOf({ expression, name, type, value }: FieldNode): Carried {
  return { expression, name, type, ...(value !== undefined && { value }) }
}

/** Everything before the step, as a tree: drag a field onto another, or pick it up with Enter. */
export function FieldTree({ wide = false }: { wide?: boolean }) {
  const { mapping, hand, order } = useMapperParts()
  const [openness, setOpenness] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [search, setSearch] = useState('')
  const [selected, setSelected] = useState<string | null>(null)
  const [menu, setMenu] = useState<{ row: Row; x: number; y: number } | null>(null)
  const rows = useMemo(() => rowsOf(mapping.tree, openness, search), [mapping.tree, openness, search])
  const area = useRef<HTMLDivElement>(null)
  const treeId = useId()
  const virtual = useVirtualRows(area, { count: rows.length, height: ROW_HEIGHT, overscan: 10 })
  const at = rows.findIndex((row) => row.node.expression === selected)

  useEffect(() => {
    order.setState({ sources: new Map(rows.map((row, index) => [row.node.expression, index])) })
  }, [order, rows])

  const toggle = (row: Row, open: boolean) => setOpenness(new Map(openness).set(row.node.expression, open))
  const go = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (!row) return
    setSelected(row.node.expression)
    if (rows.length > PLAIN) virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' })
    else area.current?.querySelector(`[data-index="${rows.indexOf(row)}"]`)?.scrollIntoView?.({ block: 'nearest' })
  }
  const click = (row: Row) => {
    const field = hand.writing()
    if (field) {
      const { selectionStart, selectionEnd, value } = field.input
      const from = selectionStart ?? value.length
      const text = value.slice(0, from) + row.node.expression + value.slice(selectionEnd ?? from)
      mapping.type(field.path, text, field.declared)
      const caret = from + row.node.expression.length
      requestAnimationFrame(() => field.input.setSelectionRange(caret, caret))
      return
    }
    setSelected(row.node.expression)
    if (hand.store.getState().carried?.expression === row.node.expression) hand.drop()
    else hand.pick(carriedOf(row.node))
  }
  const openMenu = (row: Row) => {
    const box = area.current?.querySelector(`[data-index="${rows.indexOf(row)}"]`)?.getBoundingClientRect()
    if (box) setMenu({ row, x: box.right - 28, y: box.bottom })
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    const parent = row && rows.slice(0, at).findLastIndex((each) => each.depth === row.depth - 1)
    const actions: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at < 0 ? 0 : at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (row?.open === false ? toggle(row, true) : go(at + 1)),
      ArrowLeft: () => (row?.open ? toggle(row, false) : parent !== undefined && parent >= 0 && go(parent)),
      Enter: () => row && hand.pick(carriedOf(row.node)),
      ' ': () => row && hand.pick(carriedOf(row.node)),
      m: () => row && openMenu(row),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  const plain = rows.length <= PLAIN
  const items = plain ? rows.map((_, index) => ({ index, start: index * ROW_HEIGHT })) : virtual.getVirtualItems()
  return (
    <div className={classes.pane} data-wide={wide || undefined}>
      <TextInput
        aria-label="Find a field"
        placeholder="Find a field"
        leftSection={<Search size={13} />}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        data-testid="source-search"
      />
      <div
        ref={area}
        className={classes.tree}
        role="tree"
        aria-label="Data from before this step"
        aria-activedescendant={at >= 0 ? `${treeId}-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => {
          if (at < 0) setSelected(rows[0]?.node.expression ?? null)
        }}
        data-testid="source-tree"
        data-source-tree
      >
        <div role="presentation" style={{ height: rows.length * ROW_HEIGHT, position: 'relative' }}>
          {items.map(({ index, start }) => {
            const row = rows[index]
            return row ? (
              <FieldRow
                key={row.node.expression}
                id={`${treeId}-${index}`}
                row={row}
                index={index}
                top={start}
                wide={wide}
                selected={index === at}
                onToggle={toggle}
                onClick={click}
                onMenu={openMenu}
              />
            ) : null
          })}
        </div>
        {rows.length === 0 && (
          <p className={classes.nothing}>
            {search === '' ? 'Nothing comes before this step: give the workflow an input, or wire a step to this one.' : `No field is called “${search}”.`}
          </p>
        )}
      </div>
      {menu && (
        <MapToMenu
          carried={carriedOf(menu.row.node)}
          x={menu.x}
          y={menu.y}
          onClose={() => {
            setMenu(null)
            area.current?.focus()
          }}
        />
      )}
    </div>
  )
}
