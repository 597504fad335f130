//! Verdicts in words: whom a wire connects, and where what it carries does not fit.

import type { Reason, WireProof } from '@/api/proof'
import type { Workflow } from '@/api/types'
import { agentOf, edgeById, nameOf, stepById, type Library } from '@/graph/lookup'

import { VERDICT } from './verdicts'

/** What people call both ends of a wire. */
export function endsOf(document: Workflow, library: Library, edge: string): { from: string; to: string } {
  const name = (id: string | undefined) => {
    const step = id === undefined ? undefined : stepById(document, id)
    return step ? nameOf(step, agentOf(document, step, library)) : `${id}`
  }
  const found = edgeById(document, edge)
  return { from: name(found?.from), to: name(found?.to) }
}

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

/** A wire's verdict as screen readers say it. */
export function spoken(proof: WireProof, ends: { from: string; to: string }): string {
  return `${VERDICT[proof.verdict].word}: wire from ${ends.from} to ${ends.to}. ${proof.summary}`
}
