//! What an expression refers to, so that a wire can be drawn from each field it uses.

import { select } from '@/graph/expressions'

import { piecesOf } from './pieces'

const ROOTS = new Set(['input', 'vars', 'steps', 'context', 'item', 'index'])

/** Whether the text is one selection and nothing more: `steps.a.output.id`. */
export function isSelection(expression: string): boolean {
  const text = expression.trim()
  const found = referencesIn(text)
  return found.length === 1 && found[0]?.join('') === pathOf(text)?.join('')
}

/** Every selection of the expression as its prefixes, shortest first, each written as the tree of sources writes it. */
export function referencesIn(expression: string): string[][] {
  const pieces = piecesOf(expression).filter((piece) => piece.trim() !== '' && !piece.startsWith('//'))
  const found: string[][] = []
  for (let at = 0; at < pieces.length; at += 1) {
    const root = pieces[at] ?? ''
    if (!ROOTS.has(root) || pieces[at - 1] === '.') continue
    const path: (string | number)[] = []
    let next = at + 1
    for (;;) {
      const step = segment(pieces, next)
      // A function's name is no field: `input.name.size()`.
      if (!step || pieces[next + step.takes] === '(') break
      path.push(step.name)
      next += step.takes
    }
    found.push(prefixes(root, path))
    at = next - 1
  }
  return found
}

function pathOf(text: string): string[] | undefined {
  const pieces = piecesOf(text).filter((piece) => piece.trim() !== '')
  if (!ROOTS.has(pieces[0] ?? '')) return undefined
  const path: (string | number)[] = []
  let at = 1
  for (let step = segment(pieces, at); step; step = segment(pieces, at)) {
    path.push(step.name)
    at += step.takes
  }
  return at === pieces.length ? prefixes(pieces[0] ?? '', path) : undefined
}

function segment(pieces: readonly string[], at: number): { name: string | number; takes: number } | null {
  const [joint = '', member = '', end = ''] = pieces.slice(at, at + 3)
  if (joint === '.' && /^[A-Za-z_]\w*$/.test(member)) return { name: member, takes: 2 }
  if (joint !== '[' || end !== ']') return null
  if (/^\d+$/.test(member)) return { name: Number(member), takes: 3 }
  if (/^(["'])(?:[^"'\\])*\1$/.test(member)) return { name: member.slice(1, -1), takes: 3 }
  return null
}

function prefixes(root: string, path: readonly (string | number)[]): string[] {
  return [root, ...path.map((_, index) => select(root, path.slice(0, index + 1)))]
}
