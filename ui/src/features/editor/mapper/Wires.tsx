import { useEffect, useMemo, useState, type RefObject } from 'react'

import type { AutoMapping } from './AutoMap'
import { useHand, useMapperParts, type RowOrder } from './context'
import { measured, type Curve, type Link } from './curves'
import classes from './mapper.module.css'
import type { Offer } from './offers'
import { isSelection, referencesIn } from './references'
import { keyOf, targetsOf } from './targets'
import type { Mapping } from './useMapping'

const EVERYTHING = { get: () => true } as unknown as ReadonlyMap<string, boolean>

type Props = {
  /** Holds both columns; the curves are drawn over it. */
  stage: RefObject<HTMLElement | null>
  auto: AutoMapping
}

/** A curve from each field to where it is used, in the colour of its verdict; dashed where one is only proposed. */
export function Wires({ stage, auto }: Props) {
  const { mapping, order } = useMapperParts()
  const carried = useHand((state) => state.carried)
  const at = useHand((state) => state.at)
  const over = useHand((state) => state.over)
  const near = useHand((state) => state.near)
  const [curves, setCurves] = useState<Curve[]>([])
  const links = useMemo(() => linksOf(mapping, auto.offers), [auto.offers, mapping])

  useEffect(() => {
    const place = stage.current
    if (!place) return
    let frame = 0
    const redraw = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        setCurves(measured(place, links, order.getState()))
      })
    }
    redraw()
    const sizes = new ResizeObserver(redraw)
    const rows = new MutationObserver(redraw)
    sizes.observe(place)
    for (const column of place.querySelectorAll('[data-column]')) rows.observe(column, { childList: true, subtree: true })
    place.addEventListener('scroll', redraw, true)
    const unsubscribe = order.subscribe(redraw)
    return () => {
      cancelAnimationFrame(frame)
      sizes.disconnect()
      rows.disconnect()
      place.removeEventListener('scroll', redraw, true)
      unsubscribe()
    }
  }, [links, order, stage])

  const drag = carried && at && stage.current ? inHand(stage.current, carried.expression, at, over, order.getState()) : null
  const nearTarget = near?.startsWith('>') ? near.slice(1) : null
  const lit = (curve: Curve) => (near === null ? undefined : nearTarget !== null ? curve.target === nearTarget : curve.sources.includes(near))
  const anyLit = curves.some(lit)
  return (
    <svg className={classes.wires} aria-hidden data-testid="mapper-wires">
      {curves.map((curve) => (
        <g
          key={curve.id}
          data-tone={curve.tone}
          data-dim={(drag === null ? anyLit && !lit(curve) : true) || undefined}
          data-lit={(drag === null && lit(curve)) || undefined}
          data-far={curve.far || undefined}
        >
          <path className={classes.halo} d={curve.path} />
          <path d={curve.path} data-testid={`mapper-wire-${curve.target}`} />
          <circle cx={curve.from.x} cy={curve.from.y} r={3.5} />
          <circle cx={curve.to.x} cy={curve.to.y} r={3.5} />
          {curve.computed && (
            <g transform={`translate(${curve.to.x - 20} ${curve.to.y})`}>
              <circle r={7.5} className={classes.function} />
              <text textAnchor="middle" dy="3.5">
                ƒ
              </text>
            </g>
          )}
        </g>
      ))}
      {drag && (
        <g data-tone="hand">
          <path d={drag} />
        </g>
      )}
    </svg>
  )
}

/** What is to be drawn: a link for each field that a mapping uses, and for each that is offered. */
function linksOf(mapping: Mapping, offers: readonly Offer[]): Link[] {
  const written = targetsOf(mapping.accepts, mapping.mapping, EVERYTHING).flatMap((target): Link[] => {
    const { expression, inParts, key } = target
    if (expression === undefined || inParts) return []
    const { tone } = mapping.verdict(target)
    const every = mapping.tree.some((source) => isEvery(source.expression, expression))
    const references = every ? [[expression.replace(/\.map\(each.*$/, ''), expression]] : referencesIn(expression)
    return references.map((reference) => ({ reference, target: key, tone, computed: !every && !isSelection(expression) }))
  })
  const offered = offers.flatMap(({ field, best }) =>
    referencesIn(best.expression).map((reference): Link => ({ reference, target: keyOf([field]), tone: 'offer', computed: false })),
  )
  return [...written, ...offered]
}

/** Whether an expression is one that the tree itself offers for all items of a list. */
function isEvery(source: string, expression: string): boolean {
  return expression.startsWith(source) && /^[^(]*\.map\(each, each[.[][^()]*\)$/.test(expression)
}

function inHand(stage: HTMLElement, expression: string, at: { x: number; y: number }, over: string | null, order: RowOrder): string | null {
  const [curve] = measured(stage, [{ reference: [expression], target: over, tone: 'hand', computed: false, end: at }], order)
  return curve?.path ?? null
}
