//! Verdicts in words: whom a wire connects, and where what it carries does not fit.

import type { Reason, WireProof } from '@/api/proof'
import type { Workflow } from '@/api/types'
import { stepNames } from '@/graph/flow'
import type { Library } from '@/graph/lookup'

import { VERDICT } from './verdicts'

type Ends = { from: string; to: string }

/** By document, then by library: every visible wire asks whenever anything changes. */
const known = new WeakMap<Workflow, { library: Library; ends: Map<string, Ends> }>()

/** What people call both ends of a wire. */
export function endsOf(document: Workflow, library: Library, edge: string): Ends {
  let index = known.get(document)
  if (index?.library !== library) {
    const names = stepNames(document, library)
    const name = (id: string) => names.get(id) ?? id
    const ends = new Map(document.edges.map(({ id, from, to }) => [id, { from: name(from), to: name(to) }]))
    index = { library, ends }
    known.set(document, index)
  }
  return index.ends.get(edge) ?? NOWHERE
}

const NOWHERE: Ends = { from: '', to: '' }

/** A JSON pointer as people read it, and as reasons begin with it: `tags[].id`. */
export function readablePath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (part === '*' ? `${path}[]` : path === '' ? part : `${path}.${part}`), '')
}

/** Where the trouble is, in a word; nothing when it is in several places or in the whole. */
export function placeOf(reasons: readonly Reason[]): string {
  const [path = ''] = new Set(reasons.map((reason) => readablePath(reason.path)))
  return reasons.length === 0 ? '' : new Set(reasons.map((reason) => reason.path)).size === 1 ? path : ''
}

/** The summary without the reasons it ends with, when there are several of them: they are listed below it. */
export function leadOf({ summary, reasons }: Pick<WireProof, 'summary' | 'reasons'>): string {
  const said = reasons.map(({ message }) => summary.indexOf(message)).filter((at) => at >= 0)
  return said.length < 2 ? summary : summary.slice(0, Math.min(...said)).replace(/[\s:;,–-]+$/, '')
}

/** A wire's verdict as screen readers say it. */
export function spoken(proof: WireProof, ends: { from: string; to: string }): string {
  return `${VERDICT[proof.verdict].word}: wire from ${ends.from} to ${ends.to}. ${proof.summary}`
}
