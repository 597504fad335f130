import { type JsonNode, unescape } from './json'

/** One line of the tree. A container that is open takes a line at its start and one at its end. */
export interface Line {
  /** Identifies the value across changes of what is open: the indices that lead to it, `0.3.1`; the root is the empty text. */
  id: string
  node: JsonNode
  /** How many containers it is in. */
  depth: number
  type: 'leaf' | 'open' | 'closed' | 'end'
  /** Its place among its siblings, from 1, and how many there are. */
  index: number
  count: number
}

/** Which containers are open. What is not mentioned is open down to `depth` levels. */
export interface Openness {
  depth: number
  changed: ReadonlyMap<string, boolean>
}

/** Whether the container with this id is open. */
export function isOpen(openness: Openness, id: string, depth: number): boolean {
  return openness.changed.get(id) ?? depth < openness.depth
}

/** The lines of the tree that are to be seen, top to bottom. Linear in their number. */
export function linesOf(root: JsonNode, openness: Openness): Line[] {
  const lines: Line[] = []
  const todo: Line[] = [{ id: '', node: root, depth: 0, type: 'leaf', index: 1, count: 1 }]
  for (let line = todo.pop(); line; line = todo.pop()) {
    const { node, id, depth } = line
    lines.push(line)
    if (line.type === 'end' || node.children.length === 0) continue
    if (!isOpen(openness, id, depth)) {
      line.type = 'closed'
      continue
    }
    todo.push({ ...line, type: 'end' })
    line.type = 'open'
    const count = node.children.length
    for (let index = count - 1; index >= 0; index -= 1) {
      const child = node.children[index]
      if (!child) continue
      const childId = id === '' ? String(index) : `${id}.${index}`
      todo.push({ id: childId, node: child, depth: depth + 1, type: 'leaf', index: index + 1, count })
    }
  }
  return lines
}

/** How deep to open at first: as deep as it gets while no more than about `most` lines are shown. */
export function initialDepth(root: JsonNode, most: number): number {
  let level = [root]
  let shown = 1
  for (let depth = 0; ; depth += 1) {
    const next = level.flatMap((node) => node.children)
    if (next.length === 0) return depth + 1
    shown += next.length + level.length
    if (shown > most) return Math.max(1, depth)
    level = next
  }
}

/** The keys that lead from the root to the value with this id. */
export function keysOf(root: JsonNode, id: string): (string | number)[] {
  const keys: (string | number)[] = []
  let node: JsonNode | undefined = root
  for (const part of id === '' ? [] : id.split('.')) {
    node = node?.children[Number(part)]
    if (node?.key === undefined) break
    keys.push(node.key)
  }
  return keys
}

/** The ids of the values whose key or own text contains `needle`, whatever the case, in the order of the text; at most `most`. */
export function findIn(text: string, root: JsonNode, needle: string, most: number): string[] {
  const wanted = needle.toLowerCase()
  if (wanted === '') return []
  const found: string[] = []
  // Ids are made for what is found only: in deep values their lengths would add up.
  const todo: Place[] = [{ node: root, index: 0, parent: undefined }]
  for (let next = todo.pop(); next && found.length < most; next = todo.pop()) {
    const { node } = next
    const key = typeof node.key === 'string' ? node.key.toLowerCase() : ''
    const own = node.kind === 'object' || node.kind === 'array' ? '' : text.slice(node.start, node.end)
    const value = node.kind === 'string' ? unescape(own) : own
    if (key.includes(wanted) || value.toLowerCase().includes(wanted)) found.push(idOf(next))
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index]
      if (child) todo.push({ node: child, index, parent: next })
    }
  }
  return found
}

type Place = { node: JsonNode; index: number; parent: Place | undefined }

function idOf(place: Place): string {
  const parts: number[] = []
  for (let at = place; at.parent; at = at.parent) parts.unshift(at.index)
  return parts.join('.')
}

/** Opens every container that leads to the value with this id. */
export function reveal(openness: Openness, id: string): Openness {
  const changed = new Map(openness.changed)
  const parts = id === '' ? [] : id.split('.')
  for (let length = 0; length < parts.length; length += 1) changed.set(parts.slice(0, length).join('.'), true)
  return { ...openness, changed }
}
