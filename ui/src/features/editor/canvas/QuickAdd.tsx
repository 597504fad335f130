import { useMemo } from 'react'

import { addStep, clearPlace } from '@/graph/edits/add'
import { NODE_HEIGHT, NODE_WIDTH } from '@/graph/flow'
import { agentOf, nameOf, stepById } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'

import { filtered, useLibraryGroups, type LibraryGroup, type LibraryItem } from '../library/items'
import { fitting, type FittingItem } from '../library/ranked'
import { useAgentFits } from '../proof/useFits'
import { VerdictMark } from '../proof/VerdictMark'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { reveal, type QuickAdd as Request } from '../session/ui'
import { PickPanel } from './PickPanel'

/** A search under the pointer that adds what is chosen, wired to where it was asked for. */
export function QuickAdd() {
  const request = useUi((ui) => ui.quickAdd)
  return request && <Panel key={`${request.screen.x} ${request.screen.y}`} request={request} />
}

function Panel({ request }: { request: Request }) {
  const session = useSession()
  const ui = useUiStore()
  const groups = useLibraryGroups()
  const source = useEditor((state) => (request.attach ? request.attach.how === 'after' && request.attach.step : soleStep(state.selection)))
  const fits = useAgentFits(source || undefined, request.attach?.how === 'after' ? request.attach.branch : undefined)
  const fittest = useMemo(() => fitting(groups, fits), [groups, fits])
  const verdicts = new Map(fits.flatMap((fit) => (fit.verdict === 'unknown' ? [] : [[fit.id, fit] as const])))
  const offered = useMemo(() => withFittest(groups, fittest), [groups, fittest])
  const afterName = useEditor(({ document, library }) => {
    const step = request.attach?.how === 'after' ? stepById(document, request.attach.step) : undefined
    return step && nameOf(step, agentOf(document, step, library))
  })

  const close = (back: boolean) => {
    if (ui.getState().quickAdd === request) ui.setState({ quickAdd: null })
    if (back) document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  const add = (item: LibraryItem) => {
    const { document } = session.store.getState()
    const never = request.unlessNever === true && verdicts.get(item.id)?.verdict === 'never'
    const corner = cornerFor(request)
    const edit = addStep(document, item.addition, request.attach ? corner : clearPlace(document, corner), never ? undefined : request.attach)
    session.apply(edit)
    reveal(ui, [...(edit.select?.steps ?? [])])
    ui.setState({ announcement: never ? `${item.name} added, not connected: it could never take what ${afterName} gives` : `${item.name} added` })
    close(true)
  }
  return (
    <PickPanel
      screen={request.screen}
      label={request.attach ? 'Add a connected step' : 'Add a step'}
      placeholder={afterName === undefined ? 'Add a step' : `What comes after ${afterName}?`}
      find={(text) =>
        filtered(offered, text).map(({ title, items }) => ({
          title,
          items: items.map((item) => {
            const fit = verdicts.get(item.id)
            return { ...item, mark: fit && <VerdictMark verdict={fit.verdict} size={11} /> }
          }),
        }))
      }
      none="Nothing found."
      onPick={add}
      onClose={close}
      prefix="quick-add"
    />
  )
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
