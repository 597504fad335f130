//! From wire to wire by keyboard, each said with its verdict.

import { selectEdge, soleEdge, soleStep } from '@/graph/selection'

import { endsOf, spoken } from '../proof/words'
import type { Proof } from '../session/proof'
import type { Session } from '../session/session'
import { reveal, type UiStore } from '../session/ui'
import { nextWire } from './walkFrom'

export function goToNextWire(session: Session, ui: UiStore, proof: Proof, back = false): void {
  const { document, library, selection } = session.store.getState()
  const next = nextWire(document, soleStep(selection), soleEdge(selection), back)
  if (!next) return
  session.select(selectEdge(next.id))
  reveal(ui, [next.from, next.to])
  const ends = endsOf(document, library, next.id)
  const found = proof.store.getState().wires.get(next.id)
  ui.setState({ announcement: found ? spoken(found, ends) : `Wire from ${ends.from} to ${ends.to}` })
}
