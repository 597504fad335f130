//! Object literals of expressions, `{"name": steps.a.output.name}`: how the fields within a mapped field are mapped one
//! by one.

import { piecesOf } from './pieces'

export type Entry = { key: string; expression: string }

/** The entries of a text that is exactly one object literal with quoted keys; null for any other expression. */
export function readLiteral(text: string): Entry[] | null {
  const pieces = piecesOf(text).filter((piece) => !piece.startsWith('//'))
  while (pieces.at(-1)?.trim() === '') pieces.pop()
  while (pieces[0]?.trim() === '') pieces.shift()
  if (pieces[0] !== '{' || pieces.at(-1) !== '}') return null
  const parts = splitAt(pieces.slice(1, -1), ',')
  if (!parts) return null
  if (parts.at(-1)?.join('').trim() === '') parts.pop()
  const entries: Entry[] = []
  for (const part of parts) {
    const [key, value, ...more] = splitAt(part, ':', 1) ?? []
    const name = key && unquoted(key.join('').trim())
    const expression = value?.join('').trim()
    if (name === undefined || name === null || !expression || more.length > 0) return null
    entries.push({ key: name, expression })
  }
  return entries
}

export function printLiteral(entries: readonly Entry[]): string {
  return `{${entries.map(({ key, expression }) => `${JSON.stringify(key)}: ${expression}`).join(', ')}}`
}

/** The expression found at a path of keys within object literals. */
export function expressionAt(text: string | undefined, path: readonly string[]): string | undefined {
  let at = text
  for (const key of path) {
    if (at === undefined) return undefined
    at = readLiteral(at)?.find((entry) => entry.key === key)?.expression
  }
  return at
}

/**
 * The expression with another one at a path within it; undefined removes. Literals are made where nothing stands yet
 * and go when their last entry does.
 *
 * @returns null when something that is no literal stands in the way.
 */
export function withExpressionAt(
  text: string | undefined,
  path: readonly string[],
  expression: string | undefined,
): { text: string | undefined } | null {
  const [key, ...rest] = path
  if (key === undefined) return { text: expression }
  const entries = text === undefined || text.trim() === '' ? [] : readLiteral(text)
  if (!entries) return null
  const inner = withExpressionAt(entries.find((entry) => entry.key === key)?.expression, rest, expression)
  if (!inner) return null
  const next = entries.filter((entry) => entry.key !== key || inner.text !== undefined)
  const place = next.findIndex((entry) => entry.key === key)
  if (inner.text !== undefined) {
    if (place >= 0) next[place] = { key, expression: inner.text }
    else next.push({ key, expression: inner.text })
  }
  return { text: next.length === 0 ? undefined : printLiteral(next) }
}

const OPENING = '([{'
const CLOSING = ')]}'

/** Splits at a separator outside of brackets; at most `most` times. Null when the brackets do not match. */
function splitAt(pieces: readonly string[], separator: string, most = Infinity): string[][] | null {
  const parts: string[][] = [[]]
  let depth = 0
  let choosing = 0
  for (const piece of pieces) {
    if (OPENING.includes(piece)) depth += 1
    if (CLOSING.includes(piece)) depth -= 1
    if (depth < 0) return null
    // The colon of `a ? b : c` belongs to its question mark.
    if (depth === 0 && piece === '?') choosing += 1
    if (depth === 0 && piece === separator && parts.length <= most && (separator !== ':' || choosing === 0)) parts.push([])
    else parts.at(-1)?.push(piece)
    if (depth === 0 && piece === ':' && choosing > 0) choosing -= 1
  }
  return depth === 0 ? parts : null
}

function unquoted(text: string): string | null {
  if (/^'[^'\\]*'$/.test(text)) return text.slice(1, -1)
  if (!/^"(?:[^"\\]|\\.)*"$/.test(text)) return null
  try {
    return JSON.parse(text) as string
  } catch {
    return null
  }
}
