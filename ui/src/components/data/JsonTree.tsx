import { ActionIcon, Tooltip } from '@mantine/core'
import { ChevronsDownUp, ChevronsUpDown, Route } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'

import { useVirtualRows } from '@/components/useVirtualRows'

import { CopyButton } from './CopyButton'
import classes from './data.module.css'
import { type JsonNode, pathOf } from './json'
import { JsonLine } from './JsonLine'
import { findIn, initialDepth, keysOf, type Line, linesOf, type Openness, reveal } from './lines'
import { SearchField } from './SearchField'

/** Height of a line in pixels, as in the style sheet. */
const LINE = 20
/** At first a value is opened as far as about this many lines. */
const SHOWN_AT_FIRST = 120
/** More hits than this are not counted. */
const MOST_HITS = 5_000
/** A tree is at most this high, unless it fills its place. */
const MOST_HEIGHT = 420

type Props = {
  text: string
  root: JsonNode
  label: string
  /** What an expression calls the root, in front of copied paths. */
  path: string
  /** Take the height of the place instead of the content's. */
  fill: boolean
  /** Further actions at the right of the bar. */
  actions?: ReactNode
}

/** A JSON value as a tree of lines; only those in view are in the page. */
export function JsonTree({ text, root, label, path, fill, actions }: Props) {
  const [openness, setOpenness] = useState<Openness>(() => ({
    depth: initialDepth(root, SHOWN_AT_FIRST),
    changed: new Map(),
  }))
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set())
  const [selected, setSelected] = useState<string>()
  const [needle, setNeedle] = useState('')
  const lines = useMemo(() => linesOf(root, openness), [root, openness])
  const hits = useMemo(() => findIn(text, root, needle, MOST_HITS), [text, root, needle])

  const area = useRef<HTMLDivElement>(null)
  const virtual = useVirtualRows(area, { count: lines.length, height: LINE, overscan: 12 })
  const selectedLine = lines.findIndex((line) => line.id === selected && line.type !== 'end')
  const wanted = useRef(false)
  useEffect(() => {
    if (!wanted.current || selectedLine < 0) return
    wanted.current = false
    virtual.scrollToIndex(selectedLine, { align: 'auto' })
  }, [virtual, selectedLine])

  const treeId = useId()
  const keys = useMemo(() => keysOf(root, selected ?? ''), [root, selected])
  const shownPath = pathOf(keys, path)
  const node = lines[selectedLine]?.node

  function select(id: string) {
    wanted.current = true
    setSelected(id)
  }

  function show(id: string) {
    setOpenness((now) => reveal(now, id))
    select(id)
  }

  function toggle(line: Line, open = line.type !== 'open') {
    if (line.type === 'leaf') {
      setExpanded((now) => {
        const next = new Set(now)
        if (!next.delete(line.id)) next.add(line.id)
        return next
      })
    } else setOpenness((now) => ({ ...now, changed: new Map(now.changed).set(line.id, open) }))
  }

  function move(by: number) {
    for (let index = selectedLine + by; index >= 0 && index < lines.length; index += Math.sign(by)) {
      const line = lines[index]
      if (line && line.type !== 'end') return select(line.id)
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    const line = lines[selectedLine]
    const parent = selected?.includes('.') ? selected.slice(0, selected.lastIndexOf('.')) : ''
    const actions: Record<string, () => void> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Home: () => select(''),
      End: () => select(lines.findLast((one) => one.type !== 'end')?.id ?? ''),
      ArrowRight: () => (line?.type === 'closed' ? toggle(line, true) : move(1)),
      ArrowLeft: () => (line?.type === 'open' ? toggle(line, false) : select(parent)),
      Enter: () => line && toggle(line),
      ' ': () => line && toggle(line),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  function onClick(event: MouseEvent) {
    const id =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-line]')?.dataset['line'] : undefined
    if (id !== undefined) setSelected(id)
  }

  const openAll = openness.depth < Infinity || openness.changed.size > 0
  const nested = root.children.some((child) => child.children.length > 0)
  const visible = virtual.getVirtualItems()
  return (
    <div className={classes.value} data-fill={fill || undefined}>
      <div className={classes.bar}>
        {root.children.length > 0 && (
          <SearchField needle={needle} onNeedle={setNeedle} hits={hits} most={MOST_HITS} onShow={show} />
        )}
        <span className={classes.gap} />
        {nested && (
          <Tooltip label={openAll ? 'Open everything' : 'Close everything'}>
            <ActionIcon
              size={22}
              aria-label={openAll ? 'Open everything' : 'Close everything'}
              onClick={() => setOpenness({ depth: openAll ? Infinity : 1, changed: new Map() })}
              data-testid="json-open-all"
            >
              {openAll ? <ChevronsUpDown size={13} /> : <ChevronsDownUp size={13} />}
            </ActionIcon>
          </Tooltip>
        )}
        {actions}
      </div>
      <div
        ref={area}
        className={classes.tree}
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={selectedLine >= 0 ? `${treeId}-${selectedLine}` : undefined}
        onKeyDown={onKeyDown}
        onClick={onClick}
        style={fill ? undefined : { height: Math.min(MOST_HEIGHT, virtual.getTotalSize() + 12) }}
        data-testid="json-tree"
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          <div
            role="presentation"
            className={classes.visible}
            style={{ transform: `translateY(${visible[0]?.start ?? 0}px)` }}
          >
            {visible.map(({ index }) => {
              const line = lines[index]
              return line ? (
                <div
                  key={line.type === 'end' ? `${line.id}/` : line.id}
                  ref={virtual.measureElement}
                  role="presentation"
                  data-index={index}
                  className={classes.measured}
                  data-selected={index === selectedLine || undefined}
                >
                  <JsonLine
                    id={`${treeId}-${index}`}
                    text={text}
                    line={line}
                    expanded={expanded.has(line.id)}
                    selected={index === selectedLine}
                    needle={needle}
                    onToggle={toggle}
                  />
                </div>
              ) : null
            })}
          </div>
        </div>
      </div>
      {root.children.length > 0 && (
        <div className={classes.pathBar}>
          <code title={shownPath} data-testid="json-path">
            {shownPath || label}
          </code>
          {shownPath !== '' && (
            <CopyButton label="Copy path" icon={<Route size={13} />} text={() => shownPath} testId="json-copy-path" />
          )}
          <CopyButton
            label="Copy value"
            text={() => (node ? text.slice(node.start, node.end) : text)}
            testId="json-copy-value"
          />
        </div>
      )}
    </div>
  )
}
