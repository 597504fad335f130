import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { ArrowDownToLine, Search } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'

import type { ExecutionDetail } from '@/api/types'
import { useExecutionEvents } from '@/api/useExecutionEvents'
import { formatClock, formatExact, formatSince, parseMicros } from '@/components/timeline/time'
import { useVirtualRows } from '@/components/useVirtualRows'

import { filterEntries, growingEntries, type Level, nameIn, type Names, namesOf } from './entries'
import classes from './log.module.css'

type Props = {
  execution: ExecutionDetail
  /** New lines may come. */
  live: boolean
  onSelectStep: (id: string) => void
}

/** Height of a line in pixels, until it is measured. */
const LINE = 24
/** As many steps are offered at once; typing narrows them down. */
const OFFERED = 100

/** Everything that happened and was said, in order. */
export function LogPanel({ execution, live, onSelectStep }: Props) {
  const { events, error } = useExecutionEvents(execution.id)
  const [level, setLevel] = useState<Level>('info')
  const [step, setStep] = useState<string | null>(null)
  const [text, setText] = useState('')
  const [clock, setClock] = useState<'relative' | 'absolute'>('relative')

  const names = useNames(execution)
  const [entriesSoFar] = useState(growingEntries)
  const all = useMemo(() => entriesSoFar(events, names), [entriesSoFar, events, names])
  const entries = useMemo(
    () => filterEntries(all, { level, step: step ?? undefined, text }, names),
    [all, level, step, text, names],
  )
  const origin = parseMicros(execution.started_at ?? execution.created_at) ?? 0

  const length = (all.at(-1)?.at ?? origin) - origin

  const area = useRef<HTMLDivElement>(null)
  const virtual = useVirtualRows(area, { count: entries.length, height: LINE, overscan: 16 })
  const [atEnd, setAtEnd] = useState(true)
  useEffect(() => {
    if (live && atEnd && entries.length > 0) virtual.scrollToIndex(entries.length - 1, { align: 'end' })
  }, [virtual, live, atEnd, entries.length])

  const visible = virtual.getVirtualItems()
  return (
    <div className={classes.panel}>
      <div className={classes.filters}>
        <TextInput
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder="Find in the log"
          aria-label="Find in the log"
          leftSection={<Search size={13} />}
          className={classes.find}
          data-testid="log-find"
        />
        <Select
          value={level}
          onChange={(value) => setLevel((value ?? 'info') as Level)}
          data={[
            { value: 'info', label: 'All levels' },
            { value: 'warn', label: 'Warnings and errors' },
            { value: 'error', label: 'Errors' },
          ]}
          allowDeselect={false}
          aria-label="Level"
          w={160}
          data-testid="log-level"
        />
        <Select
          value={step}
          onChange={setStep}
          data={execution.steps.map(({ id, name }) => ({ value: id, label: name }))}
          placeholder="All steps"
          aria-label="Step"
          searchable
          clearable
          limit={OFFERED}
          nothingFoundMessage="No such step"
          w={180}
          data-testid="log-step"
        />
        <span className={classes.gap} />
        <SegmentedControl
          size="xs"
          value={clock}
          onChange={setClock}
          data={[
            { value: 'relative', label: 'Since start' },
            { value: 'absolute', label: 'Time of day' },
          ]}
          aria-label="Times"
          data-testid="log-clock"
        />
      </div>
      <div
        ref={area}
        className={classes.lines}
        role="log"
        aria-label="Log"
        aria-live="off"
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
          setAtEnd(scrollTop + clientHeight > scrollHeight - LINE)
        }}
        data-testid="log-lines"
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          <div className={classes.visible} style={{ transform: `translateY(${visible[0]?.start ?? 0}px)` }}>
            {visible.map(({ index }) => {
              const entry = entries[index]
              if (!entry) return null
              const { key, at, from, text, step: about } = entry
              return (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  data-level={entry.level}
                  data-from={from}
                  data-testid={`log-line-${key}`}
                  className={classes.line}
                >
                  <time title={`${formatClock(at)}, ${formatExact(at - origin)} after the start`}>
                    {clock === 'relative' ? formatSince(at - origin, length) : formatClock(at)}
                  </time>
                  <span className={classes.level}>{entry.level === 'info' ? '' : entry.level}</span>
                  {about === undefined ? (
                    <span className={classes.step} />
                  ) : (
                    <button type="button" className={classes.step} title={nameIn(names, about)} onClick={() => onSelectStep(about)} tabIndex={-1}>
                      {nameIn(names, about)}
                    </button>
                  )}
                  <span className={classes.text}>{text}</span>
                </div>
              )
            })}
          </div>
        </div>
        {entries.length === 0 && (
          <p className={classes.none}>{all.length > 0 ? 'No line fits these filters.' : (error ?? '')}</p>
        )}
      </div>
      {live && !atEnd && (
        <button type="button" className={classes.follow} onClick={() => setAtEnd(true)} data-testid="log-follow">
          <ArrowDownToLine size={13} aria-hidden /> Follow
        </button>
      )}
    </div>
  )
}

/** The names of the steps; the same map for as long as there are as many. They never change while it runs. */
function useNames({ id, steps }: ExecutionDetail): Names {
  const [named, setNamed] = useState({ id, steps, names: namesOf({ steps }) })
  if (named.id === id && named.steps.length === steps.length) return named.names
  const next = { id, steps, names: namesOf({ steps }) }
  setNamed(next)
  return next.names
}
