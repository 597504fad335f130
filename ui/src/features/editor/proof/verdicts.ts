//! What each verdict is called and which colour it has. The marks are drawn by `VerdictMark`.

import type { ProofMode, Verdict } from '@/api/proof'

export const VERDICT: Record<Verdict, { word: string; color: string }> = {
  always: { word: 'Fits', color: 'var(--ok)' },
  sometimes: { word: 'May not fit', color: 'var(--warn)' },
  never: { word: 'Never fits', color: 'var(--bad)' },
  unknown: { word: 'Not decided', color: 'var(--mute)' },
}

export const MODE: Record<ProofMode, { word: string; means: string }> = {
  declared: { word: 'Declared fields', means: 'Counting on steps to give only the fields their schemas name.' },
  strict: { word: 'Anything valid', means: 'Counting with every value the schemas allow, undeclared fields included.' },
}

/** The codes of findings that say in the list of problems what a wire's verdict says on the canvas. */
const SAID_BY_VERDICT = new Set<string>(['incompatible_input', 'possibly_incompatible_input'])

export function saidByVerdict(code: string): boolean {
  return SAID_BY_VERDICT.has(code)
}
