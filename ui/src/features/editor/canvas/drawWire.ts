//! Drawing a wire, however it was asked for, and saying what came of it.

import type { Fit } from '@/api/proof'
import { connect, wireVerdict } from '@/graph/edits/wires'
import { stepNames } from '@/graph/flow'

import type { Session } from '../session/session'
import type { UiStore } from '../session/ui'

/** `fit`: how what leaves `from` would fit at `to`, where that is known already. */
export function drawWire(session: Session, ui: UiStore, from: string, to: string, branch: string | undefined, fit: Fit | undefined): void {
  const { document, library } = session.store.getState()
  const verdict = wireVerdict(document, from, to, branch)
  const edit = connect(document, from, to, branch)
  if (session.apply(edit)) {
    const names = stepNames(document, library)
    ui.setState({ announcement: `${names.get(from) ?? from} connected to ${names.get(to) ?? to}` })
    // What is wrong and what mends it are there at once, as soon as the wire has its verdict.
    if (fit?.verdict === 'never') ui.setState({ proofOf: edit?.document.edges.at(-1)?.id ?? null })
  } else if (!verdict.fits && verdict.reason === 'duplicate') ui.setState({ announcement: 'They are connected already' })
}
