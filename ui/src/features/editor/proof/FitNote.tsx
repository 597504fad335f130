import type { Fit } from '@/api/proof'

import { Message } from '../problems/Message'
import classes from './FitNote.module.css'
import { VerdictMark } from './VerdictMark'
import { VERDICT } from './verdicts'

type Props = {
  fit: Pick<Fit, 'verdict' | 'summary'>
  /** In place of the verdict's word. */
  title?: string
  /** Where the pointer is, in pixels of the window. */
  at: { x: number; y: number }
}

const WIDEST = 264

/** Beside the pointer while something is dragged: whether it fits there, and why. */
export function FitNote({ fit: { verdict, summary }, title, at }: Props) {
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
        <Message text={summary} />
      </span>
    </div>
  )
}
