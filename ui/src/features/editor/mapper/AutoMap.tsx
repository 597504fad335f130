import { Button, Checkbox } from '@mantine/core'
import { Wand2, X } from 'lucide-react'
import { useMemo, useState } from 'react'

import { plural } from '@/components/format'

import { offersOf, type Offer } from './offers'
import classes from './autoMap.module.css'
import type { Mapping } from './useMapping'

const NONE: readonly Offer[] = []

export type AutoMapping = {
  reviewing: boolean
  replacing: boolean
  offers: readonly Offer[]
  /** Whether the agent names any field that could be mapped. */
  useful: boolean
  /** How many fields it could map now. */
  waiting: number
  open: () => void
  close: () => void
  replace: (also: boolean) => void
}

/** Auto-map of one mapper: closed until asked for. */
export function useAutoMap({ proposals, mapping }: Mapping): AutoMapping {
  const [reviewing, setReviewing] = useState(false)
  const [replacing, setReplacing] = useState(false)
  const all = useMemo(() => offersOf(proposals ?? [], mapping, replacing), [proposals, mapping, replacing])
  const waiting = useMemo(() => offersOf(proposals ?? [], mapping, false).length, [proposals, mapping])
  return {
    reviewing,
    replacing,
    offers: reviewing ? all : NONE,
    useful: proposals === undefined || proposals.length > 0,
    waiting,
    open: () => setReviewing(true),
    close: () => {
      setReviewing(false)
      setReplacing(false)
    },
    replace: setReplacing,
  }
}

/** Nothing for an agent that takes anything: there is no field to map. */
export function AutoMapButton({ auto }: { auto: AutoMapping }) {
  if (!auto.useful) return null
  return (
    <Button
      variant={auto.waiting > 0 ? 'light' : 'default'}
      leftSection={<Wand2 size={13} />}
      aria-pressed={auto.reviewing}
      onClick={auto.reviewing ? auto.close : auto.open}
      data-testid="automap"
    >
      Auto-map
      {auto.waiting > 0 && <span className={classes.count}>{auto.waiting}</span>}
    </Button>
  )
}

/** What auto-map found, and one click for all it is sure of. */
export function AutoMapBar({ auto, mapping }: { auto: AutoMapping; mapping: Mapping }) {
  if (!auto.reviewing) return null
  const sure = auto.offers.filter((offer) => offer.confident)
  const found = mapping.proposals === undefined ? 'Looking for fields that fit…' : summary(auto.offers.length, sure.length, auto.replacing)
  return (
    <div className={classes.bar} role="group" aria-label="Auto-map" data-testid="automap-bar">
      <span aria-live="polite">{found}</span>
      <span className={classes.barTools}>
        <Checkbox
          size="xs"
          label="Also what is mapped"
          checked={auto.replacing}
          onChange={(event) => auto.replace(event.currentTarget.checked)}
          data-testid="automap-replace"
        />
        <Button
          size="compact-sm"
          variant="filled"
          disabled={sure.length === 0}
          onClick={() => {
            mapping.take(sure)
            if (sure.length === auto.offers.length) auto.close()
          }}
          data-testid="automap-take-all"
        >
          {sure.length === auto.offers.length ? `Take ${sure.length === 1 ? 'it' : `all ${sure.length}`}` : `Take ${sure.length} sure`}
        </Button>
        <button type="button" className={classes.barClose} aria-label="Close auto-map" onClick={auto.close} data-testid="automap-close">
          <X size={14} />
        </button>
      </span>
    </div>
  )
}

function summary(offers: number, sure: number, replacing: boolean): string {
  if (offers === 0) return replacing ? 'Nothing better was found' : 'Nothing more to map was found'
  if (sure === offers) return `${plural(offers, 'proposal')}, all of them sure`
  return `${plural(offers, 'proposal')}, ${sure === 0 ? 'none' : sure} sure`
}
