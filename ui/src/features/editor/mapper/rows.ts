//! The tree of sources as the rows that are to be seen.

import type { FieldNode, SourceNode } from './tree'

export type Row = {
  node: FieldNode
  /** Set when the row is a source itself. */
  source?: SourceNode
  depth: number
  /** Absent: there is nothing within. */
  open?: boolean
  /** Its place among its siblings, from 1, and how many there are. */
  index: number
  count: number
}

/** Fields within a field are shown at first when they are few. */
const FEW = 8
/** How deep a search goes. */
const DEEPEST = 6
/** Rows made at most: schemas may refer to themselves. */
const MOST = 5_000

export type Openness = ReadonlyMap<string, boolean>

/** Whether a node is open when nobody said so: sources are, and small objects right below them. */
export function opensByItself(node: FieldNode, depth: number): boolean {
  if (depth === 0) return true
  return depth === 1 && !Array.isArray(node.value) && !node.type.startsWith('list') && node.children().length <= FEW
}

/** The rows top to bottom; with a search text those that match and what leads to them. */
export function rowsOf(tree: readonly SourceNode[], openness: Openness, search = ''): Row[] {
  const wanted = search.trim().toLowerCase()
  const rows: Row[] = []
  const visit = (node: FieldNode, depth: number, index: number, count: number, source?: SourceNode) => {
    if (rows.length >= MOST) return
    const children = node.children()
    const place = { node, depth, index, count, ...(source && { source }) }
    if (wanted !== '') {
      const mine = rows.push({ ...place, ...(children.length > 0 && { open: true }) })
      if (depth < DEEPEST) children.forEach((child, at) => visit(child, depth + 1, at + 1, children.length))
      if (rows.length === mine && !matches(node, source, wanted)) rows.pop()
      else if (rows.length === mine && children.length > 0) rows[mine - 1] = { ...place, open: false }
      return
    }
    if (children.length === 0) {
      rows.push(place)
      return
    }
    const open = openness.get(node.expression) ?? opensByItself(node, depth)
    rows.push({ ...place, open })
    if (open) children.forEach((child, at) => visit(child, depth + 1, at + 1, children.length))
  }
  tree.forEach((source, at) => visit(source, 0, at + 1, tree.length, source))
  return rows
}

function matches(node: FieldNode, source: SourceNode | undefined, wanted: string): boolean {
  return node.name.toLowerCase().includes(wanted) || (source?.label.toLowerCase().includes(wanted) ?? false)
}

/** Every expression of the tree down to a few levels, for completion. */
export function expressionsOf(tree: readonly SourceNode[], most = 600): { expression: string; type: string; value?: unknown }[] {
  const found: { expression: string; type: string; value?: unknown }[] = []
  let level: FieldNode[] = [...tree]
  for (let depth = 0; depth < DEEPEST && level.length > 0 && found.length < most; depth += 1) {
    for (const { expression, type, value } of level.slice(0, most - found.length)) {
      found.push({ expression, type, ...(value !== undefined && { value }) })
    }
    level = level.flatMap((node) => node.children())
  }
  return found
}

/** The row that stands for a reference: its own, or that of the nearest field around it which is to be seen. */
export function rowFor(reference: readonly string[], places: ReadonlyMap<string, number>): number | undefined {
  for (const expression of reference.toReversed()) {
    const place = places.get(expression)
    if (place !== undefined) return place
  }
  return undefined
}
