//! Where the curves between two columns of fields run. What is scrolled out of view is held at the edge it left by.

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
export function measured(stage: HTMLElement, links: readonly Link[]): Curve[] {
  if (links.length === 0) return []
  const origin = stage.getBoundingClientRect()
  const left = stage.querySelector('[data-source-tree]')
  const right = stage.querySelector('[data-target-list]')
  if (!left || !right) return []
  const leftBox = left.getBoundingClientRect()
  const rightBox = right.getBoundingClientRect()
  const sources = new Map<string, Element>()
  for (const row of left.querySelectorAll('[data-wire-source]')) sources.set(row.getAttribute('data-wire-source') ?? '', row)
  const targets = new Map<string, Element>()
  for (const row of right.querySelectorAll('[data-wire-target]')) targets.set(row.getAttribute('data-wire-target') ?? '', row)

  const curves: Curve[] = []
  const used = new Map<string, number>()
  for (const link of links) {
    const row = link.reference.toReversed().map((expression) => sources.get(expression)).find((each) => each !== undefined)
    const port = row?.querySelector('[data-wire-port]') ?? row
    const goal = link.target === null ? undefined : (targets.get(link.target) ?? targets.get(link.target.split('/')[0] ?? ''))
    if (!port || (!goal && !link.end)) continue
    const start = middle(port.getBoundingClientRect(), leftBox)
    const end = link.end && link.tone === 'hand' && !goal ? { x: link.end.x, y: link.end.y, far: false } : goal ? middle(goal.getBoundingClientRect(), rightBox) : null
    if (!end) continue
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

/** A curve that leaves and arrives level. */
export function bezier(from: Point, to: Point): string {
  const reach = Math.max(28, Math.abs(to.x - from.x) * 0.5)
  const n = (value: number) => Math.round(value * 10) / 10
  return `M${n(from.x)} ${n(from.y)} C${n(from.x + reach)} ${n(from.y)} ${n(to.x - reach)} ${n(to.y)} ${n(to.x)} ${n(to.y)}`
}

/** The middle of a port, kept within what is to be seen of its column. */
function middle(port: DOMRect, column: DOMRect): Point & { far: boolean } {
  const y = port.top + port.height / 2
  const kept = Math.min(Math.max(y, column.top + 2), column.bottom - 2)
  return { x: port.left + port.width / 2, y: kept, far: kept !== y }
}
