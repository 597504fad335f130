import { type KeyboardEvent, useId, useRef, useState } from 'react'

import type { ExecutionDetail, PayloadRef, StepView } from '@/api/types'
import { PayloadView } from '@/components/data/PayloadView'
import { formatBytes } from '@/components/format'
import { type AnyStatus, shownAttempt, shownStatus, STATUS } from '@/components/status'
import { StatusIcon } from '@/components/StatusIcon'
import { useVirtualRows } from '@/components/useVirtualRows'

import classes from './data.module.css'

type Props = {
  execution: ExecutionDetail
  selectedStep: string | undefined
  onSelectStep: (id: string | undefined) => void
}

/** Height of an entry of the list in pixels, as in the style sheet. */
const ENTRY = 30

/** What went into and came out of the execution and each of its steps, side by side. */
export function DataPanel({ execution, selectedStep, onSelectStep }: Props) {
  const { steps } = execution
  const area = useRef<HTMLDivElement>(null)
  const virtual = useVirtualRows(area, { count: steps.length + 1, height: ENTRY })
  const selected = steps.findIndex((step) => step.id === selectedStep) + 1
  const listId = useId()

  function select(index: number) {
    const to = Math.min(Math.max(0, index), steps.length)
    onSelectStep(steps[to - 1]?.id)
    virtual.scrollToIndex(to, { align: 'auto' })
  }

  function onKeyDown(event: KeyboardEvent) {
    const to = { ArrowDown: selected + 1, ArrowUp: selected - 1, Home: 0, End: steps.length }[event.key]
    if (to === undefined) return
    event.preventDefault()
    select(to)
  }

  const step = steps[selected - 1]
  return (
    <div className={classes.panel}>
      <div
        ref={area}
        className={classes.list}
        role="listbox"
        aria-label="Whose data"
        aria-activedescendant={`${listId}-${selected}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const entry = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-entry]') : null
          if (entry) select(Number(entry.dataset['entry']))
        }}
        data-testid="data-steps"
      >
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const one = steps[index - 1]
            return (
              <div
                key={one?.id ?? ''}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === selected}
                aria-setsize={steps.length + 1}
                aria-posinset={index + 1}
                data-entry={index}
                className={classes.entry}
                style={{ transform: `translateY(${start}px)` }}
                data-testid={one ? `data-step-${one.id}` : 'data-execution'}
              >
                <StatusIcon status={one ? shownStatus(one) : execution.status} size={13} />
                <span className={classes.name} dir="auto">{one?.name ?? 'Whole execution'}</span>
                <span className={classes.bytes}>{sizeOf(one ? one.output : execution.output)}</span>
              </div>
            )
          })}
        </div>
      </div>
      <div className={classes.values} key={step?.id ?? ''}>
        {step ? <StepValues step={step} /> : <ExecutionValues execution={execution} />}
      </div>
    </div>
  )
}

function ExecutionValues({ execution }: { execution: ExecutionDetail }) {
  return (
    <>
      <PayloadView reference={execution.input} label="Input" path="input" fill />
      {execution.output ? (
        <PayloadView reference={execution.output} label="Output" fill />
      ) : (
        <Nothing label="Output">The execution has no output{execution.status === 'running' ? ' yet' : ''}.</Nothing>
      )}
    </>
  )
}

/** Why a step was given nothing. */
const NOTHING: Partial<Record<AnyStatus, string>> = {
  skipped: 'The step was skipped.',
  not_run: 'The step did not run: the execution ended before its turn came.',
}

function StepValues({ step }: { step: StepView }) {
  const [chosen, setChosen] = useState<number>()
  const attempt = step.attempts.find((one) => one.attempt === chosen) ?? step.attempts.at(-1)
  const last = attempt === step.attempts.at(-1)
  const output = attempt?.output ?? (last ? step.output : undefined)
  const choice =
    step.attempts.length > 1 ? (
      <label className={classes.attempt}>
        Attempt
        <select
          value={attempt?.attempt}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
          data-testid="data-attempt"
        >
          {step.attempts.map((one) => (
            <option key={one.attempt} value={one.attempt}>
              {one.attempt}, {STATUS[shownAttempt(one)].label.toLowerCase()}
            </option>
          ))}
        </select>
      </label>
    ) : null
  return (
    <>
      {choice}
      {attempt?.input ? (
        <PayloadView reference={attempt.input} label="Input" path="input" fill />
      ) : (
        <Nothing label="Input">
          {NOTHING[shownStatus(step)] ?? 'The step has not started.'}
        </Nothing>
      )}
      {output ? (
        <PayloadView reference={output} label="Output" path={`steps.${step.id}.output`} fill />
      ) : (
        <Nothing label="Output">
          {attempt?.failure ? `The attempt failed: ${attempt.failure.message}` : 'There is no output.'}
        </Nothing>
      )}
    </>
  )
}

function Nothing({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <section className={classes.nothing} aria-label={label}>
      <b>{label}</b>
      <p>{children}</p>
    </section>
  )
}

const sizeOf = (reference: PayloadRef | undefined) => (reference ? formatBytes(reference.bytes) : '')
