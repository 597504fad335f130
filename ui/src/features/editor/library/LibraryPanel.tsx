import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useReactFlow } from '@xyflow/react'
import { Search } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'

import { agentsQuery, kindsQuery } from '@/api/agents'
import { KindIcon } from '@/components/KindIcon'
import { Prose } from '@/components/Prose'
import { addStep, nextPlace, type Attachment } from '@/graph/edits/add'
import { freeBranch } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'

import { canvasCentre } from '../canvas/centre'
import { useAgentFits } from '../proof/useFits'
import { VerdictMark } from '../proof/VerdictMark'
import { VERDICT } from '../proof/verdicts'
import rows from '../rows.module.css'
import { useEditor, useSession, useUiStore } from '../session/context'
import { reveal } from '../session/ui'
import { FittingGroup } from './FittingGroup'
import { filtered, useLibraryGroups, type LibraryItem } from './items'
import { LibraryItemButton } from './LibraryItemButton'
import classes from './LibraryPanel.module.css'
import { fitting } from './ranked'
import type { DropFit } from './useDropFits'
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

  const selected = useEditor((state) => soleStep(state.selection))
  const branch = useEditor((state) => freeBranch(state.document, state.library, selected))
  const fits = fitting(groups, useAgentFits(selected ?? undefined, branch))
  // What was chosen because it fits the selection is connected to it.
  const attach: Attachment | undefined = selected === null ? undefined : { how: 'after', step: selected, branch }

  const add = (item: LibraryItem, attach?: Attachment) => {
    const { document, selection } = session.store.getState()
    const centre = flow.screenToFlowPosition(canvasCentre())
    const edit = addStep(document, item.addition, nextPlace(document, soleStep(selection), centre), attach)
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
      <div className={`${rows.find} ${classes.search}`}>
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
        {fits.length > 0 && text === '' && (
          <FittingGroup key={selected} items={fits}>
            {({ item, fit }) => (
              <LibraryItemButton
                key={item.id}
                item={item}
                fit={fit}
                onGrab={(event) => begin(item, event, attach)}
                onAdd={() => {
                  if (!dragged()) add(item, attach)
                }}
                onStep={focus}
              />
            )}
          </FittingGroup>
        )}
        {shown.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2 className={rows.heading}>{group.title}</h2>
            {group.items.map((item) => (
              <LibraryItemButton
                key={item.id}
                item={item}
                onGrab={(event) => begin(item, event)}
                onAdd={() => {
                  if (!dragged()) add(item)
                }}
                onStep={focus}
              />
            ))}
          </section>
        ))}
        {!waiting && shown.length === 0 && <p className={rows.none}>No agent has “{text}” in its name or description.</p>}
      </div>
      {ghost &&
        createPortal(
          <div className={classes.ghost} data-over={ghost.over || undefined} style={{ left: ghost.x, top: ghost.y }} aria-hidden>
            <KindIcon kind={ghost.item.kind} />
            <b>{ghost.item.name}</b>
            {ghost.fit && <GhostFit fit={ghost.fit} />}
          </div>,
          document.body,
        )}
    </aside>
  )
}

/** On the card in the hand: whether it fits where it is held. */
function GhostFit({ fit: { fit, where } }: { fit: DropFit }) {
  return (
    <small data-testid="ghost-fit" data-verdict={fit.verdict}>
      <span style={{ color: VERDICT[fit.verdict].color }}>
        <VerdictMark verdict={fit.verdict} size={11} silent /> {VERDICT[fit.verdict].word}
      </span>{' '}
      {where}
      {fit.verdict !== 'always' && (
        <em>
          <Prose text={fit.summary} />
        </em>
      )}
    </small>
  )
}
