import { Search } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'

import type { AgentKind } from '@/api/types'
import { KindIcon } from '@/components/KindIcon'
import type { Point } from '@/graph/edits/add'

import rows from '../rows.module.css'
import classes from './PickPanel.module.css'

const WIDTH = 300
const HEIGHT = 340

export type Choice = { id: string; name: string; summary: string; kind: AgentKind | undefined; mark?: ReactNode }
export type Choices<C extends Choice> = { title: string; items: readonly C[] }

type Props<C extends Choice> = {
  /** Where it opens, in pixels of the window. */
  screen: Point
  label: string
  placeholder: string
  /** What is offered for what has been typed. */
  find: (text: string) => readonly Choices<C>[]
  none: string
  onPick: (choice: C) => void
  /** Goes away; `back`: the canvas has the keys again. */
  onClose: (back: boolean) => void
  /** Before its test ids, and the ids of its choices. */
  prefix: string
}

/** A search over the canvas that lists what may be chosen. The keys stay in it until one has chosen or left. */
export function PickPanel<C extends Choice>({ screen, label, placeholder, find, none, onPick, onClose, prefix }: Props<C>) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const shown = find(text)
  const flat = shown.flatMap((group) => group.items)
  const box = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  const field = useRef<HTMLInputElement>(null)
  // At once: the very next key belongs to the field already.
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), [])

  const go = (next: number) => {
    setAt(next)
    document.getElementById(`${prefix}-${flat[next]?.id}`)?.scrollIntoView({ block: 'nearest' })
  }

  useEffect(() => {
    const panel = box.current
    const outside = (event: PointerEvent) => {
      if (!panel?.contains(event.target as Node)) close.current(false)
    }
    // The keys stay in the field, wherever within the menu one presses.
    const press = (event: MouseEvent) => {
      if (!(event.target instanceof HTMLInputElement)) event.preventDefault()
    }
    const blurred = ({ relatedTarget }: FocusEvent) => {
      // Not when the whole window is left.
      if (document.hasFocus() && !panel?.contains(relatedTarget as Node | null)) close.current(false)
    }
    window.addEventListener('pointerdown', outside, true)
    panel?.addEventListener('mousedown', press)
    panel?.addEventListener('focusout', blurred)
    return () => {
      window.removeEventListener('pointerdown', outside, true)
      panel?.removeEventListener('mousedown', press)
      panel?.removeEventListener('focusout', blurred)
    }
  }, [])

  const left = Math.max(8, Math.min(screen.x, window.innerWidth - WIDTH - 8))
  const top = Math.max(8, Math.min(screen.y, window.innerHeight - HEIGHT - 8))
  return (
    <div ref={box} className={classes.panel} style={{ left, top, width: WIDTH, maxHeight: HEIGHT }} data-keeps-keys data-testid={prefix}>
      <div className={`${rows.find} ${classes.search}`}>
        <Search size={14} aria-hidden />
        <input
          ref={field}
          role="combobox"
          aria-label={label}
          aria-expanded
          aria-controls={`${prefix}-list`}
          aria-activedescendant={flat[at] ? `${prefix}-${flat[at].id}` : undefined}
          placeholder={placeholder}
          data-testid={`${prefix}-search`}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') onClose(true)
            else if (event.key === 'ArrowDown') go(Math.min(flat.length - 1, at + 1))
            else if (event.key === 'ArrowUp') go(Math.max(0, at - 1))
            else if (event.key === 'Enter' && flat[at]) onPick(flat[at])
            else if (event.key === 'Tab') go((at + (event.shiftKey ? -1 : 1) + flat.length) % Math.max(1, flat.length))
            else return
            event.preventDefault()
          }}
        />
      </div>
      <div id={`${prefix}-list`} role="listbox" aria-label={label} className={classes.list}>
        {shown.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <h4 className={rows.heading}>{group.title}</h4>
            {group.items.map((item) => (
              <div
                key={item.id}
                id={`${prefix}-${item.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={flat[at] === item}
                data-active={flat[at] === item || undefined}
                className={`${rows.row} ${classes.item}`}
                data-testid={`${prefix}-item-${item.id}`}
                onPointerMove={() => setAt(flat.indexOf(item))}
                onClick={() => onPick(item)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') onPick(item)
                }}
              >
                <KindIcon kind={item.kind} size={22} />
                <span>
                  {item.name}
                  <small>{item.summary}</small>
                </span>
                {item.mark}
              </div>
            ))}
          </div>
        ))}
        {flat.length === 0 && <p className={rows.none}>{none}</p>}
      </div>
    </div>
  )
}
