import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useReactFlow } from '@xyflow/react'
import { Search } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'

import { agentsQuery, kindsQuery } from '@/api/agents'
import { KindIcon } from '@/components/KindIcon'
import { addStep, nextPlace } from '@/graph/edits/add'
import { soleStep } from '@/graph/selection'

import { canvasCentre } from '../canvas/centre'
import { useSession, useUiStore } from '../session/context'
import { reveal } from '../session/ui'
import { filtered, useLibraryGroups, type LibraryItem } from './items'
import classes from './LibraryPanel.module.css'
import { useLibraryDrag } from './useLibraryDrag'

/** Everything that can be added: drag it onto the canvas or onto a wire, or press Enter. */
export function LibraryPanel() {
  const session = useSession()
  const ui = useUiStore()
  const flow = useReactFlow()
  const [text, setText] = useState('')
  const groups = useLibraryGroups()
  const shown = useMemo(() => filtered(groups, text), [groups, text])
  const waiting = [useQuery(kindsQuery()), useQuery(agentsQuery())].some((query) => query.isPending)
  const { ghost, begin, dragged } = useLibraryDrag()
  const list = useRef<HTMLDivElement>(null)

  const add = (item: LibraryItem) => {
    const { document, selection } = session.store.getState()
    const centre = flow.screenToFlowPosition(canvasCentre())
    const edit = addStep(document, item.addition, nextPlace(document, soleStep(selection), centre))
    session.apply(edit)
    reveal(ui, [...(edit.select?.steps ?? [])])
    ui.setState({ announcement: `${item.name} added` })
  }

  const focus = (from: HTMLElement | null, by: number) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[data-library-item]') ?? [])]
    items[Math.max(0, Math.min(items.length - 1, (from ? items.indexOf(from) : -1) + by))]?.focus()
  }

  return (
    <aside className={classes.library} aria-label="Library">
      <div className={classes.search}>
        <Search size={14} aria-hidden />
        <input
          type="search"
          placeholder="Find an agent"
          aria-label="Find an agent"
          data-testid="library-search"
          data-library-search
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              event.preventDefault()
              focus(null, 1)
            }
            if (event.key === 'Escape') setText('')
            const first = shown[0]?.items[0]
            if (event.key === 'Enter' && text !== '' && first) add(first)
          }}
        />
        {text === '' && <kbd aria-hidden>/</kbd>}
      </div>
      <div className={classes.groups} ref={list}>
        {waiting && groups.length === 0 && [1, 2, 3, 4, 5, 6].map((n) => <Skeleton key={n} height={24} my={8} radius={7} />)}
        {shown.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2>{group.title}</h2>
            {group.items.map((item) => (
              <button
                key={item.id}
                type="button"
                className={classes.item}
                data-library-item
                data-testid={`library-item-${item.id}`}
                title={item.summary}
                onPointerDown={(event) => begin(item, event)}
                onClick={() => {
                  if (!dragged()) add(item)
                }}
                onKeyDown={(event) => {
                  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
                    event.preventDefault()
                    focus(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)
                  }
                }}
              >
                <KindIcon kind={item.kind} />
                <span>{item.name}</span>
              </button>
            ))}
          </section>
        ))}
        {!waiting && shown.length === 0 && <p className={classes.none}>No agent has “{text}” in its name or description.</p>}
      </div>
      {ghost &&
        createPortal(
          <div className={classes.ghost} data-over={ghost.over || undefined} style={{ left: ghost.x, top: ghost.y }} aria-hidden>
            <KindIcon kind={ghost.item.kind} />
            <b>{ghost.item.name}</b>
          </div>,
          document.body,
        )}
    </aside>
  )
}
