//! A value as a few lines of text, with the places marked that are the reason it is refused, and what is missing named
//! where it would stand.

import { parseJson, type JsonNode } from '@/components/data/json'

export type ProofLine = {
  depth: number
  text: string
  /** What stands for a part that is left out. */
  aside?: string
  /** `bad`: this is refused; `missing`: this would have to be there. */
  mark?: 'bad' | 'missing'
}

type Paths = readonly (readonly string[])[]

/** Containers up to this long stay on one line. */
const ONE_LINE = 46
/** Characters of a text or number that are shown. */
const MOST_CHARACTERS = 160
/** Lines after which the rest is only counted. */
const MOST_LINES = 400

/** `text` is JSON; `paths` are JSON pointers into it, with `*` for any item of a list. */
export function proofLines(text: string, paths: readonly string[]): ProofLine[] {
  const lines: ProofLine[] = []
  const pointers = paths.map((path) => path.split('/').slice(1).map(unescaped))
  write(lines, text, parseJson(text), pointers, false, 0, '', '')
  const more = lines.length - MOST_LINES
  return more > 0 ? [...lines.slice(0, MOST_LINES), { depth: 0, text: `… ${more} more lines` }] : lines
}

/** `aside`: the trouble is elsewhere, so this need not be shown in full. */
function write(
  lines: ProofLine[],
  text: string,
  node: JsonNode,
  paths: Paths,
  aside: boolean,
  depth: number,
  before: string,
  after: string,
) {
  const mark = paths.some((path) => path.length === 0) ? { mark: 'bad' as const } : {}
  const deeper = paths.filter((path) => path.length > 0)
  const open = node.kind === 'object' || node.kind === 'array'
  const inline = inlined(text, node)
  if (!open || (deeper.length === 0 && inline.length <= ONE_LINE)) {
    lines.push({ depth, text: before + inline + after, ...mark })
    return
  }
  if (aside) {
    lines.push({ depth, text: before, aside: summed(node) + after })
    return
  }
  const missing = missingIn(node, deeper)
  const [first, last] = node.kind === 'object' ? '{}' : '[]'
  lines.push({ depth, text: before + first, ...mark })
  node.children.forEach((child, index) => {
    const inside = deeper.filter(([key]) => leadsTo(key, child, node)).map((path) => path.slice(1))
    const name = typeof child.key === 'string' ? `${JSON.stringify(child.key)}: ` : ''
    const comma = index + 1 < node.children.length ? ',' : ''
    write(lines, text, child, inside, deeper.length > 0 && inside.length === 0, depth + 1, name, comma)
  })
  for (const key of missing) lines.push({ depth: depth + 1, text: key, mark: 'missing' })
  lines.push({ depth, text: last + after, ...mark })
}

/** What the paths name that an object does not have. */
function missingIn(node: JsonNode, paths: Paths): string[] {
  if (node.kind !== 'object') return []
  const has = new Set(node.children.map((child) => child.key))
  const keys = new Set(paths.filter((path) => path.length === 1).map(([key = '']) => key))
  return [...keys].filter((key) => key !== '*' && !has.has(key))
}

/** `*` stands for some item of a list; which one is only plain when there is but one. */
function leadsTo(key: string | undefined, child: JsonNode, parent: JsonNode): boolean {
  return key === '*' ? parent.children.length === 1 : String(child.key) === key
}

/** A value on one line, its strings and numbers as they are written. */
function inlined(text: string, node: JsonNode): string {
  if (node.kind !== 'object' && node.kind !== 'array') {
    const whole = text.slice(node.start, node.end)
    return whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}… (${whole.length} characters)` : whole
  }
  if (node.end - node.start > 4 * ONE_LINE) return ' '.repeat(ONE_LINE + 1)
  const inside = node.children.map((child) => {
    const name = typeof child.key === 'string' ? `${JSON.stringify(child.key)}: ` : ''
    return name + inlined(text, child)
  })
  if (node.kind === 'array') return `[${inside.join(', ')}]`
  return inside.length === 0 ? '{}' : `{ ${inside.join(', ')} }`
}

function summed({ kind, children }: JsonNode): string {
  const many = children.length !== 1
  return kind === 'object' ? `{ … ${children.length} field${many ? 's' : ''} }` : `[ … ${children.length} item${many ? 's' : ''} ]`
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
