import { Prose } from '@/components/Prose'

import { useProof, useUiStore } from '../session/context'
import { reveal } from '../session/ui'
import { VerdictMark } from './VerdictMark'
import { VERDICT } from './verdicts'
import classes from './WireVerdict.module.css'

/** A wire's verdict in a line or two; a click opens the rest beside the wire. */
export function WireVerdict({ edge }: { edge: string }) {
  const ui = useUiStore()
  const proof = useProof((state) => state.wires.get(edge))
  if (!proof) return null
  return (
    <button
      type="button"
      className={classes.verdict}
      data-verdict={proof.verdict}
      onClick={() => {
        reveal(ui, [proof.from, proof.to])
        ui.setState({ proofOf: edge })
      }}
      data-testid="edge-verdict"
    >
      <VerdictMark verdict={proof.verdict} size={14} silent />
      <span>
        <b style={{ color: VERDICT[proof.verdict].color }}>{VERDICT[proof.verdict].word}</b>
        <small>
          <Prose text={proof.summary} />
        </small>
      </span>
    </button>
  )
}
