import { NumberInput, SegmentedControl } from '@mantine/core'

import type { Join, Step } from '@/api/types'
import { setJoin } from '@/graph/edits/flow'

import { useSession } from '../../session/context'
import classes from '../inspector.module.css'

const HELP = {
  all: 'Starts when every step before it is settled and at least one wire can be followed. If one of them failed, it is skipped.',
  any: 'Starts as soon as one wire can be followed; it does not wait for the others.',
  at_least: 'Starts as soon as that many wires can be followed; it does not wait for the others.',
}

/** What a step with several incoming wires waits for. */
export function JoinFields({ step, incoming }: { step: Step; incoming: number }) {
  const session = useSession()
  const join: Join = step.join ?? 'all'
  const way = typeof join === 'string' ? join : 'at_least'
  const set = (next: Join) => session.apply(setJoin(session.store.getState().document, step.id, next))
  return (
    <section className={classes.section}>
      <h3>Waits for</h3>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Waits for"
        data={[
          { value: 'all', label: `All ${incoming}` },
          { value: 'any', label: 'Any one' },
          { value: 'at_least', label: 'At least…' },
        ]}
        value={way}
        onChange={(next) => set(next === 'at_least' ? { at_least: Math.min(2, incoming) } : (next as 'all' | 'any'))}
        data-testid="join-way"
      />
      {typeof join !== 'string' && (
        <NumberInput
          size="xs"
          label={`How many of the ${incoming} wires`}
          min={1}
          max={incoming}
          allowDecimal={false}
          value={join.at_least}
          onChange={(value) => typeof value === 'number' && value >= 1 && set({ at_least: value })}
          data-testid="join-at-least"
        />
      )}
      <p className={classes.hint}>{HELP[way]}</p>
    </section>
  )
}
