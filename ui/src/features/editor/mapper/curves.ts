//! Where the curves between two columns of fields run. What is scrolled out of view is held at the edge it left by.

import type { RowOrder } from './context'
import type { FieldTone } from './verdicts'

export type Link = {
  /** The field it comes from, and those around it, the outermost first. */
  reference: readonly string[]
  /** The key of the field it goes to; null: to `end`. */
  target: string | null
  tone: FieldTone | 'offer' | 'hand'
  /** Something is done to the value on its way. */
  computed: boolean
  /** A point of the window. */
  end?: { x: number; y: number }
}

type Point = { x: number; y: number }

export type Curve = {
  id: string
  sources: readonly string[]
  target: string | null
  tone: Link['tone']
  computed: boolean
  from: Point
  to: Point
  path: string
  /** One of its ends is out of view. */
  far: boolean
}

/** Measures the rows in the page and lays a curve for every link whose source is in the tree. */
export function measured(stage: HTMLElement, links: readonly Link[], order: RowOrder): Curve[] {
  if (links.length === 0) return []
  const origin = stage.getBoundingClientRect()
  const left = column(stage, '[data-source-tree]', 'data-wire-source', order.sources)
  const right = column(stage, '[data-target-list]', 'data-wire-target', order.targets)
  if (!left || !right) return []
  const curves: Curve[] = []
  const used = new Map<string, number>()
  for (const link of links) {
    const start = left.find(link.reference.toReversed())
    const goal = link.target === null ? null : right.find(pathsUp(link.target))
    const end = goal ?? (link.end && { ...link.end, far: false })
    if (!start || !end) continue
    const from = { x: start.x - origin.left, y: start.y - origin.top }
    const to = { x: end.x - origin.left, y: end.y - origin.top }
    const name = `${link.reference.at(-1) ?? ''}>${link.target ?? ''}`
    const nth = used.get(name) ?? 0
    used.set(name, nth + 1)
    curves.push({
      id: `${link.tone === 'offer' ? '?' : ''}${name}#${nth}`,
      sources: link.reference,
      target: link.target,
      tone: link.tone,
      computed: link.computed,
      from,
      to,
      path: bezier(from, to),
      far: start.far || end.far,
    })
  }
  return curves
}

/** The key of a target and of those around it, itself first. */
function pathsUp(key: string): string[] {
  const parts = key.split('/')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
}

type End = Point & { far: boolean }

/** The rows of one column; what is not in the page is held at the edge on whose side it is. */
function column(stage: HTMLElement, area: string, attribute: string, order: ReadonlyMap<string, number>) {
  const box = stage.querySelector(area)?.getBoundingClientRect()
  if (!box) return null
  const rows = new Map<string, Element>()
  for (const row of stage.querySelectorAll(`${area} [${attribute}]`)) rows.set(row.getAttribute(attribute) ?? '', row)
  const [anyKey, anyRow] = rows.entries().next().value ?? []
  const portOf = (row: Element) => (row.querySelector('[data-wire-port]') ?? row).getBoundingClientRect()
  return {
    /** The first of the names that is a row. */
    find(names: readonly string[]): End | null {
      const name = names.find((each) => rows.has(each) || order.has(each))
      if (name === undefined) return null
      const row = rows.get(name)
      if (row) return within(portOf(row), box)
      if (!anyRow || anyKey === undefined) return null
      const before = (order.get(name) ?? 0) < (order.get(anyKey) ?? 0)
      const { left, width } = portOf(anyRow)
      return { x: left + width / 2, y: before ? box.top + 2 : box.bottom - 2, far: true }
    },
  }
}

/** A curve that leaves and arrives level. */
export function bezier(from: Point, to: Point): string {
  const reach = Math.max(28, Math.abs(to.x - from.x) * 0.5)
  const n = (value: number) => Math.round(value * 10) / 10
  return `M${n(from.x)} ${n(from.y)} C${n(from.x + reach)} ${n(from.y)} ${n(to.x - reach)} ${n(to.y)} ${n(to.x)} ${n(to.y)}`
}

/** The middle of a port, kept within what is to be seen of its column. */
function within(port: DOMRect, column: DOMRect): End {
  const y = port.top + port.height / 2
  const kept = Math.min(Math.max(y, column.top + 2), column.bottom - 2)
  return { x: port.left + port.width / 2, y: kept, far: kept !== y }
}
