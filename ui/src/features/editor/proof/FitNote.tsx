import { toJson } from '@/api/json'
import type { Fit } from '@/api/proof'
import { Prose } from '@/components/Prose'

import classes from './FitNote.module.css'
import { proofLines } from './proofLines'
import { VerdictMark } from './VerdictMark'
import { VERDICT } from './verdicts'

type Props = {
  fit: Pick<Fit, 'verdict' | 'summary'> & Partial<Pick<Fit, 'counterexample' | 'reasons'>>
  /** In place of the verdict's word. */
  title?: string
  /** Where the pointer is, in pixels of the window. */
  at: { x: number; y: number }
}

const WIDEST = 264

/** Beside the pointer while something is dragged: whether it fits there, and why. */
export function FitNote({ fit, title, at }: Props) {
  const { verdict, summary } = fit
  const style = {
    left: Math.min(at.x + 16, window.innerWidth - WIDEST - 8),
    top: at.y + 18,
    maxWidth: WIDEST,
  }
  return (
    <div className={classes.note} style={style} data-verdict={verdict} data-testid="fit-note">
      <b style={{ color: VERDICT[verdict].color }}>
        <VerdictMark verdict={verdict} silent /> {title ?? VERDICT[verdict].word}
      </b>
      <span>
        <Prose text={summary} />
      </span>
      <Evidence fit={fit} />
    </div>
  )
}

/** Places shown; the rest is told when the wire is there. */
const SHOWN = 2

/** The places of a value that would be refused. */
function Evidence({ fit: { counterexample, reasons = [] } }: Pick<Props, 'fit'>) {
  if (counterexample === undefined) return null
  const lines = proofLines(toJson(counterexample), reasons.map(({ path }) => path)).filter(({ mark }) => mark !== undefined)
  if (lines.length === 0) return null
  return (
    <code className={classes.evidence}>
      {lines.slice(0, SHOWN).map(({ text, mark }, index) => (
        <span key={index} data-mark={mark}>
          {mark === 'missing' ? `${text} is missing` : text.replace(/,$/, '')}
        </span>
      ))}
    </code>
  )
}
