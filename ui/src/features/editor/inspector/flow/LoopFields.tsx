import { NumberInput, SegmentedControl, Select } from '@mantine/core'

import type { Loop, Step } from '@/api/types'
import { setLoop } from '@/graph/edits/flow'
import type { Subject } from '@/graph/ready'

import { useSession } from '../../session/context'
import { ExpressionInput } from '../data/ExpressionInput'
import classes from '../inspector.module.css'
import { SecondsInput } from '../SecondsInput'
import { Labelled } from './Labelled'

type ForEach = Extract<Loop, { for_each: unknown }>['for_each']
type Repeat = Extract<Loop, { repeat: unknown }>['repeat']
type OnItemError = NonNullable<ForEach['on_item_error']>

const WAYS = [
  { value: 'once', label: 'Once' },
  { value: 'for_each', label: 'For each' },
  { value: 'repeat', label: 'Repeat until' },
] as const

const ITEM_ERRORS: { value: OnItemError; label: string }[] = [
  { value: 'stop', label: 'Fail the step' },
  { value: 'null', label: 'Put null instead' },
  { value: 'omit', label: 'Leave it out' },
]

/** How often the step runs: once, for each element of a list, or until something is true. */
export function LoopFields({ step, proposals }: { step: Step; proposals: readonly Subject[] }) {
  const session = useSession()
  const { loop } = step
  const way = loop === undefined ? 'once' : 'for_each' in loop ? 'for_each' : 'repeat'
  const set = (next: Loop | undefined, part?: string) =>
    session.apply(setLoop(session.store.getState().document, step.id, next, part))
  const choose = (next: string) => {
    if (next === way) return
    if (next === 'once') set(undefined)
    else if (next === 'repeat') set({ repeat: { until: 'item != null', max_turns: 10 } })
    else set({ for_each: { items: proposals.find(({ type }) => type.startsWith('list'))?.expression ?? 'input.items' } })
  }
  return (
    <section className={classes.section}>
      <h3>Runs how often</h3>
      <SegmentedControl size="xs" fullWidth aria-label="Runs how often" data={[...WAYS]} value={way} onChange={choose} data-testid="loop-way" />
      {loop && 'for_each' in loop && (
        <ForEachFields loop={loop.for_each} proposals={proposals} onChange={(for_each, part) => set({ for_each }, part)} />
      )}
      {loop && 'repeat' in loop && (
        <RepeatFields loop={loop.repeat} proposals={proposals} onChange={(repeat, part) => set({ repeat }, part)} />
      )}
    </section>
  )
}

type FieldsOf<T> = { loop: T; proposals: readonly Subject[]; onChange: (loop: T, part: string) => void }

function ForEachFields({ loop, proposals, onChange }: FieldsOf<ForEach>) {
  return (
    <>
      <Labelled label="Over the list">
        <ExpressionInput
          label="Over the list"
          value={loop.items}
          proposals={[...proposals].sort((a, b) => Number(b.type.startsWith('list')) - Number(a.type.startsWith('list')))}
          onChange={(items) => onChange({ ...loop, items }, 'items')}
          testId="loop-items"
        />
      </Labelled>
      <div className={classes.two}>
        <NumberInput
          size="xs"
          label="Turns at once"
          min={1}
          max={10_000}
          allowDecimal={false}
          value={loop.concurrency ?? 1}
          onChange={(value) => typeof value === 'number' && value >= 1 && onChange({ ...loop, concurrency: value }, 'concurrency')}
          data-testid="loop-concurrency"
        />
        <Select
          size="xs"
          label="When one fails"
          data={ITEM_ERRORS}
          value={loop.on_item_error ?? 'stop'}
          allowDeselect={false}
          onChange={(value) => value && onChange({ ...loop, on_item_error: value as OnItemError }, 'on_item_error')}
          data-testid="loop-item-error"
        />
      </div>
      <p className={classes.hint}>
        Each element is the agent’s input; a mapping sees it as <code>item</code>, and its number as <code>index</code>. The output is the list of
        what the turns gave, in the same order.
      </p>
    </>
  )
}

function RepeatFields({ loop, proposals, onChange }: FieldsOf<Repeat>) {
  return (
    <>
      <Labelled label="Until">
        <ExpressionInput
          label="Until"
          value={loop.until}
          proposals={[{ expression: 'item', type: 'the turn’s output' }, ...proposals]}
          onChange={(until) => onChange({ ...loop, until }, 'until')}
          testId="loop-until"
        />
      </Labelled>
      <div className={classes.two}>
        <NumberInput
          size="xs"
          label="Turns at most"
          min={1}
          allowDecimal={false}
          value={loop.max_turns}
          onChange={(value) => typeof value === 'number' && value >= 1 && onChange({ ...loop, max_turns: value }, 'max_turns')}
          data-testid="loop-max-turns"
        />
        <SecondsInput
          label="Pause between turns"
          placeholder="none"
          value={loop.pause_ms || undefined}
          onChange={(ms) => onChange({ until: loop.until, max_turns: loop.max_turns, ...(ms !== undefined && { pause_ms: ms }) }, 'pause')}
          testId="loop-pause"
        />
      </div>
      <p className={classes.hint}>
        Looked at after each turn, with what it gave as <code>item</code>. The next turn begins with that. If it still does not hold when the turns
        are used up, the step fails.
      </p>
    </>
  )
}
