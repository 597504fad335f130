//! Which palette entries answer a search, best first.

import type { PaletteAction } from './registry'

/** Every word must be found; at the start of the label counts most, then of a word, then anywhere, then elsewhere. */
export function rank(actions: readonly PaletteAction[], search: string): PaletteAction[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...actions]
  return actions
    .map((action) => ({ action, score: scoreOf(action, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ action }) => action)
}

/** Entries under their headings; headings and entries keep the order they came in. */
export function grouped(actions: readonly PaletteAction[]): [string, PaletteAction[]][] {
  const groups = new Map<string, PaletteAction[]>()
  for (const action of actions) {
    const group = groups.get(action.group)
    if (group) group.push(action)
    else groups.set(action.group, [action])
  }
  return [...groups]
}

function scoreOf(action: PaletteAction, words: readonly string[]): number {
  const label = action.label.toLowerCase()
  const elsewhere = [action.group, action.description ?? '', ...(action.keywords ?? [])].join(' ').toLowerCase()
  let score = 0
  for (const word of words) {
    const at = label.indexOf(word)
    if (at === 0) score += 8
    else if (at > 0) score += /[\s\-_/.(]/.test(label.charAt(at - 1)) ? 6 : 3
    else if (elsewhere.includes(word)) score += 1
    else return 0
  }
  return score
}
