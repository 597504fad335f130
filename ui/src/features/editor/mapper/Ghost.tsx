import { createPortal } from 'react-dom'

import { BriefValue } from '@/components/data/BriefValue'

import { VerdictMark } from '../proof/VerdictMark'
import { VERDICT } from '../proof/verdicts'
import { useHand } from './context'
import classes from './mapper.module.css'
import { useWhatIf } from './useWhatIf'

const WIDEST = 340

/** Beside the pointer: to the right, or to the left where there is no room. */
function placeOf({ x, y }: { x: number; y: number }) {
  return x + 12 + WIDEST > window.innerWidth ? { right: window.innerWidth - x + 12, top: y + 10 } : { left: x + 12, top: y + 10 }
}

/** What is dragged, beside the pointer; over a field also whether it would fit there. */
export function Ghost() {
  const carried = useHand((state) => state.carried)
  const at = useHand((state) => state.at)
  const over = useHand((state) => state.over)
  const verdict = useWhatIf()
  if (!carried || !at) return null
  const judged = verdict && verdict.tone !== 'open' && verdict.tone !== 'quiet' ? { ...verdict, tone: verdict.tone } : null
  return createPortal(
    <div className={classes.ghost} style={placeOf(at)} data-over={over !== null || undefined} data-testid="field-in-hand">
      <span>
        <code>{carried.name}</code>
        {carried.value === undefined ? <small>{carried.type}</small> : <BriefValue value={carried.value} room={28} />}
      </span>
      {judged && (
        <span className={classes.judged} style={{ color: VERDICT[judged.tone].color }} data-testid="field-in-hand-verdict" data-tone={judged.tone}>
          <VerdictMark verdict={judged.tone} silent />
          {judged.tone === 'always' ? VERDICT.always.word : judged.text}
        </span>
      )}
    </div>,
    document.body,
  )
}
