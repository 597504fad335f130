import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useEffect, useEffectEvent, useMemo, useRef, useState, type KeyboardEvent } from 'react'

import { useVirtualRows } from '@/components/useVirtualRows'

import { FieldName } from '../inspector/data/FieldName'
import type { Offer } from './offers'
import { useHand, useMapperParts } from './context'
import { NEW_FIELD } from './hand'
import classes from './target.module.css'
import { TargetRow } from './TargetRow'
import { addsFields, targetsOf, type Target } from './targets'

/** More rows than this are drawn only where they are to be seen. */
const PLAIN = 80
/** The usual height of a row in pixels. */
const ROW = 40

type Props = { wide?: boolean; offers: readonly Offer[] }

/** The fields of the step's input, each with the expression it comes from. */
export function TargetList({ wide = false, offers }: Props) {
  const { mapping, hand, mapTo, order } = useMapperParts()
  const [openness, setOpenness] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [naming, setNaming] = useState(false)
  const area = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => targetsOf(mapping.accepts, mapping.mapping, openness), [mapping.accepts, mapping.mapping, openness])
  const picked = useHand((state) => (state.at === null ? state.carried : null))
  const carrying = useHand((state) => state.carried !== null)
  const overNew = useHand((state) => state.over === NEW_FIELD)
  const adds = addsFields(mapping.accepts)

  const virtual = useVirtualRows(area, { count: rows.length, height: ROW, overscan: 6 })
  const plain = rows.length <= PLAIN

  useEffect(() => {
    order.setState({ targets: new Map(rows.map((row, index) => [row.key, index])) })
  }, [order, rows])

  // What was picked up with a key is put down with one: the likeliest place is focused.
  const focusLikeliest = useEffectEvent((name: string) => {
    const free = (row: Target) => row.expression === undefined
    const likeliest = rows.find((row) => row.key === name && free(row)) ?? rows.find(free) ?? rows[0]
    if (!plain && likeliest) virtual.scrollToIndex(rows.indexOf(likeliest), { align: 'auto' })
    const focus = () => {
      const slots = [...(area.current?.querySelectorAll<HTMLElement>('[data-slot]') ?? [])]
      ;(slots.find((slot) => slot.dataset['slot'] === likeliest?.key) ?? slots[0])?.focus()
    }
    if (plain) focus()
    else requestAnimationFrame(focus)
  })
  useEffect(() => {
    if (picked) focusLikeliest(picked.name)
  }, [picked])

  /** While something is in hand: arrows go from place to place, Escape lets go of it. */
  const onSlotKey = (event: KeyboardEvent) => {
    if (!picked) return
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      hand.drop()
      area.current?.closest('[data-mapper]')?.querySelector<HTMLElement>('[data-source-tree]')?.focus()
    }
    if (by === 0) return
    event.preventDefault()
    const slots = [...(area.current?.querySelectorAll<HTMLElement>('[data-slot]') ?? [])]
    const at = slots.indexOf(document.activeElement as HTMLElement)
    slots[(at + by + slots.length) % slots.length]?.focus()
  }

  const toggle = (target: Target, open: boolean) => setOpenness(new Map(openness).set(target.key, open))
  const row = (target: Target) => (
    <TargetRow
      key={target.key}
      target={target}
      wide={wide}
      offer={target.path.length === 1 ? offers.find((each) => each.field === target.name) : undefined}
      onToggle={toggle}
      onSlotKey={onSlotKey}
    />
  )
  return (
    <div
      ref={area}
      className={classes.list}
      role="group"
      aria-label="Input mapping"
      data-target-list
      data-wide={wide || undefined}
      data-carrying={carrying || undefined}
      data-long={!plain || undefined}
    >
      {plain ? (
        rows.map(row)
      ) : (
        <div className={classes.all} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const target = rows[index]
            return target ? (
              <div key={target.key} ref={virtual.measureElement} data-index={index} className={classes.placed} style={{ top: start }}>
                {row(target)}
              </div>
            ) : null
          })}
        </div>
      )}
      {naming && (
        <FieldName
          taken={rows.filter((row) => row.path.length === 1).map((row) => row.name)}
          onDone={(name) => {
            setNaming(false)
            if (name !== null) mapping.type([name], '', false)
          }}
        />
      )}
      {adds && !naming && (
        <div className={classes.add} data-map-field={NEW_FIELD} data-over={overNew || undefined} data-empty={rows.length === 0 || undefined}>
          {rows.length === 0 && (
            <p>
              The agent does not say what it wants. Drop fields here to build its input, or leave it as it is: then it sees everything that
              came before.
            </p>
          )}
          <Button
            variant="subtle"
            color="gray"
            leftSection={<Plus size={13} />}
            onClick={() => {
              if (!picked) {
                setNaming(true)
                return
              }
              mapTo(picked, NEW_FIELD)
              hand.drop()
            }}
            onKeyDown={onSlotKey}
            data-slot={picked ? NEW_FIELD : undefined}
            data-testid="map-add"
          >
            {picked ? `Add ${picked.name} as a field` : carrying ? 'Drop here to add a field' : 'Add a field'}
          </Button>
        </div>
      )}
    </div>
  )
}
