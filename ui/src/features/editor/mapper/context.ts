//! What the parts of a mapper share: the mapping, and what is carried.

import { createContext, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'

import { createHand, NEW_FIELD, type Carried, type Hand, type HandState } from './hand'
import { pathOf } from './targets'
import type { Mapping } from './useMapping'

export type MapperParts = {
  mapping: Mapping
  hand: Hand
  /** Maps what is carried to the target of that key. */
  mapTo: (carried: Carried, key: string) => boolean
  /** The order of the rows of both columns, whether they are in the page or not. */
  order: StoreApi<RowOrder>
}

/** Places by a source's expression and by a target's key. */
export type RowOrder = { sources: ReadonlyMap<string, number>; targets: ReadonlyMap<string, number> }

export const MapperContext = createContext<MapperParts | null>(null)

export function useMapperParts(): MapperParts {
  const parts = useContext(MapperContext)
  if (!parts) throw new Error('a part of the mapper stands outside of one')
  return parts
}

/** A part of what is carried. */
export function useHand<T>(select: (state: HandState) => T): T {
  return useStore(useMapperParts().hand.store, select)
}

/** The parts of one mapper. */
export function useOwnParts(mapping: Mapping): MapperParts {
  const { place, placeNew } = mapping
  const mapTo = useCallback(
    ({ expression, name }: Carried, key: string) => (key === NEW_FIELD ? placeNew(name, expression) : place(pathOf(key), expression)),
    [place, placeNew],
  )
  const hand = useMemo(() => createHand(mapTo), [mapTo])
  const [order] = useState(() => createStore<RowOrder>(() => ({ sources: new Map(), targets: new Map() })))
  useEffect(() => () => hand.drop(), [hand])
  return useMemo(() => ({ mapping, hand, mapTo, order }), [hand, mapping, mapTo, order])
}
