import { useFocusTrap } from '@mantine/hooks'
import { Search } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'

import type { Fit } from '@/api/proof'
import { KindIcon } from '@/components/KindIcon'
import { addStep, clearPlace } from '@/graph/edits/add'
import { NODE_HEIGHT, NODE_WIDTH } from '@/graph/flow'
import { agentOf, nameOf, stepById } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'

import { filtered, useLibraryGroups, type LibraryGroup, type LibraryItem } from '../library/items'
import { fitting, type FittingItem } from '../library/ranked'
import { useAgentFits } from '../proof/useFits'
import { VerdictMark } from '../proof/VerdictMark'
import rows from '../rows.module.css'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { reveal, type QuickAdd as Request } from '../session/ui'
import classes from './QuickAdd.module.css'

const WIDTH = 300
const HEIGHT = 340

/** A search under the pointer that adds what is chosen, wired to where it was asked for. */
export function QuickAdd() {
  const request = useUi((ui) => ui.quickAdd)
  return request && <Panel key={`${request.screen.x} ${request.screen.y}`} request={request} />
}

function Panel({ request }: { request: Request }) {
  const session = useSession()
  const ui = useUiStore()
  const groups = useLibraryGroups()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const source = useEditor((state) => (request.attach ? request.attach.how === 'after' && request.attach.step : soleStep(state.selection)))
  const fits = useAgentFits(source || undefined, request.attach?.how === 'after' ? request.attach.branch : undefined)
  const fittest = useMemo(() => fitting(groups, fits), [groups, fits])
  const shown = useMemo(() => filtered(withFittest(groups, fittest), text), [groups, fittest, text])
  const verdicts = new Map(fits.flatMap((fit) => (fit.verdict === 'unknown' ? [] : [[fit.id, fit] as const])))
  const flat = shown.flatMap((group) => group.items)
  const afterName = useEditor(({ document, library }) => {
    const step = request.attach?.how === 'after' ? stepById(document, request.attach.step) : undefined
    return step && nameOf(step, agentOf(document, step, library))
  })
  const box = useRef<HTMLDivElement>(null)
  const trap = useFocusTrap()

  const close = () => {
    ui.setState({ quickAdd: null })
    document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  const go = (next: number) => {
    setAt(next)
    document.getElementById(`quick-add-${flat[next]?.id}`)?.scrollIntoView({ block: 'nearest' })
  }
  const add = (item: LibraryItem) => {
    const { document } = session.store.getState()
    const never = request.unlessNever === true && verdicts.get(item.id)?.verdict === 'never'
    const corner = cornerFor(request)
    const edit = addStep(document, item.addition, request.attach ? corner : clearPlace(document, corner), never ? undefined : request.attach)
    session.apply(edit)
    reveal(ui, [...(edit.select?.steps ?? [])])
    ui.setState({ announcement: never ? `${item.name} added, not connected: it could never take what ${afterName} gives` : `${item.name} added` })
    close()
  }

  useEffect(() => {
    const panel = box.current
    const leave = () => {
      if (ui.getState().quickAdd === request) ui.setState({ quickAdd: null })
    }
    const outside = (event: PointerEvent) => {
      if (!panel?.contains(event.target as Node)) leave()
    }
    // The keys stay in the field, wherever within the menu one presses.
    const press = (event: MouseEvent) => {
      if (!(event.target instanceof HTMLInputElement)) event.preventDefault()
    }
    const blurred = ({ relatedTarget }: FocusEvent) => {
      // Not when the whole window is left.
      if (document.hasFocus() && !panel?.contains(relatedTarget as Node | null)) leave()
    }
    window.addEventListener('pointerdown', outside, true)
    panel?.addEventListener('mousedown', press)
    panel?.addEventListener('focusout', blurred)
    return () => {
      window.removeEventListener('pointerdown', outside, true)
      panel?.removeEventListener('mousedown', press)
      panel?.removeEventListener('focusout', blurred)
    }
  }, [request, ui])

  const left = Math.max(8, Math.min(request.screen.x, window.innerWidth - WIDTH - 8))
  const top = Math.max(8, Math.min(request.screen.y, window.innerHeight - HEIGHT - 8))
  return (
    <div ref={box} className={classes.panel} style={{ left, top, width: WIDTH, maxHeight: HEIGHT }} data-testid="quick-add">
      <div className={`${rows.find} ${classes.search}`} ref={trap}>
        <Search size={14} aria-hidden />
        <input
          data-autofocus
          role="combobox"
          aria-label={request.attach ? 'Add a connected step' : 'Add a step'}
          aria-expanded
          aria-controls="quick-add-list"
          aria-activedescendant={flat[at] ? `quick-add-${flat[at].id}` : undefined}
          placeholder={afterName === undefined ? 'Add a step' : `What comes after ${afterName}?`}
          data-testid="quick-add-search"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') close()
            else if (event.key === 'ArrowDown') go(Math.min(flat.length - 1, at + 1))
            else if (event.key === 'ArrowUp') go(Math.max(0, at - 1))
            else if (event.key === 'Enter' && flat[at]) add(flat[at])
            // The keys stay here until one has chosen or left.
            else if (event.key === 'Tab') go((at + (event.shiftKey ? -1 : 1) + flat.length) % Math.max(1, flat.length))
            else return
            event.preventDefault()
          }}
        />
      </div>
      <div id="quick-add-list" role="listbox" aria-label="Agents" className={classes.list}>
        {shown.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <h4 className={rows.heading}>{group.title}</h4>
            {group.items.map((item) => (
              <div
                key={item.id}
                id={`quick-add-${item.id}`}
                role="option"
                tabIndex={-1}
                aria-selected={flat[at] === item}
                data-active={flat[at] === item || undefined}
                className={`${rows.row} ${classes.item}`}
                data-testid={`quick-add-item-${item.id}`}
                onPointerMove={() => setAt(flat.indexOf(item))}
                onClick={() => add(item)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') add(item)
                }}
              >
                <KindIcon kind={item.kind} size={22} />
                <span>
                  {item.name}
                  <small>{item.summary}</small>
                </span>
                <ItemFit fit={verdicts.get(item.id)} />
              </div>
            ))}
          </div>
        ))}
        {flat.length === 0 && <p className={rows.none}>Nothing found.</p>}
      </div>
    </div>
  )
}

function ItemFit({ fit }: { fit: Fit | undefined }) {
  return fit && <VerdictMark verdict={fit.verdict} size={11} />
}

/** What fits comes first; every agent is listed once. */
function withFittest(groups: readonly LibraryGroup[], fittest: readonly FittingItem[]): LibraryGroup[] {
  if (fittest.length === 0) return [...groups]
  const first = new Set(fittest.map(({ item }) => item))
  const rest = groups.map(({ title, items }) => ({ title, items: items.filter((item) => !first.has(item)) }))
  return [{ title: 'Fits best', items: [...first] }, ...rest.filter(({ items }) => items.length > 0)]
}

/** The new node's corner: its port, not its corner, goes where the wire was let go. */
function cornerFor({ at, attach }: Request): { x: number; y: number } {
  const y = at.y - NODE_HEIGHT / 2
  if (attach?.how === 'after') return { x: at.x, y }
  if (attach?.how === 'before') return { x: at.x - NODE_WIDTH, y }
  return { x: at.x - NODE_WIDTH / 2, y }
}
