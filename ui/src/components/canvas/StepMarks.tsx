import { Link } from '@tanstack/react-router'
import { ExternalLink, Gauge, Merge, Pin, Repeat, Rewind, Split, Undo2, Zap, type LucideIcon } from 'lucide-react'

import type { Step } from '@/api/types'
import type { StepData } from '@/graph/flow'

import classes from './StepMarks.module.css'

type Props = {
  data: StepData
  /** A breakpoint that is only shown; the editor draws its own, which can be clicked. */
  breakpoint?: boolean
  /** Answers from an earlier run in test runs. */
  recorded?: boolean
}

/** In the upper right corner of a node: what is special about when, how often and with what the step runs. */
export function StepMarks({ data, breakpoint = false, recorded = false }: Props) {
  const { step, agent, incoming, undoes } = data
  const { loop, pin, policy } = step
  const own = agent?.config?.['pool']
  const pool = policy?.pool ?? (typeof own === 'string' && own !== '' ? own : undefined)
  const join = joinWords(step, incoming)
  const workflow = agent?.kind === 'workflow' ? agent.config?.['workflow'] : undefined
  const opens = typeof workflow === 'string' && workflow !== '' ? workflow : undefined
  return (
    <>
      {breakpoint && step.breakpoint && (
        <span className={classes.margin} data-shown data-off={step.breakpoint.disabled === true || undefined} title={stopWords(step)} role="img" aria-label={stopWords(step)} />
      )}
      <div className={classes.marks}>
        {undoes !== '' && <Mark id={`undoes-${step.id}`} Icon={Undo2} text="undo" words={`Undoes ${undoes} when the run fails or is stopped later`} />}
        {join && <Mark id={`join-${step.id}`} Icon={Merge} turned text={join.text} words={join.words} />}
        {step.when !== undefined && <Mark id={`when-${step.id}`} Icon={Split} words={`Runs only when ${step.when}`} />}
        {loop && <Mark id={`loop-${step.id}`} Icon={Repeat} words={loopWords(loop)} />}
        {pool !== undefined && <Mark id={`pool-${step.id}`} Icon={Gauge} words={`Needs a place in the pool ${pool}`} />}
        {policy?.cache && <Mark id={`cache-${step.id}`} Icon={Zap} words="Answers are cached" />}
        {recorded && pin === undefined && <Mark id={`recorded-${step.id}`} Icon={Rewind} tone="pin" words="Answers as in an earlier run in test runs" />}
        {pin !== undefined && <Mark id={`pin-${step.id}`} Icon={Pin} tone="pin" words="Its output is pinned in test runs" />}
        {opens !== undefined && (
          <Link
            to="/workflows/$id"
            params={{ id: opens }}
            className={`${classes.mark} nodrag nopan`}
            title="Open that workflow"
            aria-label="Open that workflow"
            data-testid={`open-workflow-${step.id}`}
          >
            <ExternalLink size={11} />
          </Link>
        )}
      </div>
    </>
  )
}

type MarkProps = { id: string; Icon: LucideIcon; words: string; text?: string; tone?: 'pin'; turned?: boolean }

function Mark({ id, Icon, words, text, tone, turned = false }: MarkProps) {
  return (
    <span className={classes.mark} data-wide={text !== undefined || undefined} data-tone={tone} title={words} role="img" aria-label={words} data-testid={`mark-${id}`}>
      <Icon size={11} style={turned ? { transform: 'rotate(90deg)' } : undefined} />
      {text}
    </span>
  )
}

function joinWords(step: Step, incoming: number): { text: string; words: string } | undefined {
  const { join } = step
  if (join === undefined || join === 'all') return undefined
  if (join === 'any') return { text: 'any', words: `Starts as soon as any of its ${incoming} wires is followed` }
  const { at_least: least } = join
  return { text: `${least} of ${incoming}`, words: `Starts as soon as ${least} of its ${incoming} wires are followed` }
}

/** Where a debugged run stops, and when. */
export function stopWords({ breakpoint }: Step): string {
  const when = breakpoint?.when === undefined ? '' : ` when ${breakpoint.when}`
  const turn = breakpoint?.turn === undefined ? '' : ` in turn ${breakpoint.turn + 1}`
  return breakpoint?.disabled ? 'A breakpoint that is switched off' : `Breakpoint${when}${turn}`
}

function loopWords(loop: NonNullable<Step['loop']>): string {
  return 'for_each' in loop ? `Runs for each of ${loop.for_each.items}` : `Repeats until ${loop.repeat.until}, ${loop.repeat.max_turns} turns at most`
}
