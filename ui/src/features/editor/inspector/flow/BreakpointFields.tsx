import { NumberInput, Switch } from '@mantine/core'

import type { Breakpoint, Step } from '@/api/types'
import { setBreakpoint } from '@/graph/edits/flow'
import type { Subject } from '@/graph/ready'

import { useSession } from '../../session/context'
import { ExpressionInput } from '../data/ExpressionInput'
import classes from '../inspector.module.css'
import { Labelled } from './Labelled'

/** Where a debugged run stops: at this step, always, when something is true, or in one turn of its loop. */
export function BreakpointFields({ step, proposals }: { step: Step; proposals: readonly Subject[] }) {
  const session = useSession()
  const { breakpoint } = step
  const set = (next: Breakpoint | undefined) => session.apply(setBreakpoint(session.store.getState().document, step.id, next))
  return (
    <section className={classes.section}>
      <div className={classes.heading}>
        Breakpoint
        <Switch
          size="xs"
          aria-label="Stop here when debugging"
          checked={breakpoint !== undefined}
          onChange={(event) => set(event.target.checked ? { disabled: false } : undefined)}
          data-testid="breakpoint"
        />
      </div>
      {breakpoint && (
        <>
          <Labelled label="Only when">
            <ExpressionInput
              label="Only when"
              value={breakpoint.when ?? ''}
              placeholder="always"
              proposals={proposals}
              onChange={(text) => {
                const { when: _, ...rest } = breakpoint
                set(text === '' ? rest : { ...rest, when: text })
              }}
              testId="breakpoint-when"
            />
          </Labelled>
          {step.loop && (
            <NumberInput
              size="xs"
              label="Only in turn"
              description="Counted from 1"
              placeholder="every turn"
              min={1}
              allowDecimal={false}
              value={breakpoint.turn === undefined ? '' : breakpoint.turn + 1}
              onChange={(value) => {
                const { turn: _, ...rest } = breakpoint
                if (value === '') set(rest)
                else if (typeof value === 'number' && value >= 1) set({ ...rest, turn: value - 1 })
              }}
              data-testid="breakpoint-turn"
            />
          )}
          <Switch
            size="xs"
            label="Switched off for now"
            checked={breakpoint.disabled === true}
            onChange={(event) => {
              set({ ...breakpoint, disabled: event.target.checked })
            }}
            data-testid="breakpoint-disabled"
          />
        </>
      )}
      <p className={classes.hint}>
        {breakpoint ? 'A test run with “Debug” stops before the agent is called.' : 'Stops a debugged test run before this step. F9 on the canvas does the same.'}
      </p>
    </section>
  )
}
