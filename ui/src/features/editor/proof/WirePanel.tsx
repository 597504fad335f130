import { Button } from '@mantine/core'
import { Trash2, Undo2 } from 'lucide-react'
import { useRef, useState } from 'react'

import type { Reason, WireProof } from '@/api/proof'
import type { Diagnostic, Fix } from '@/api/types'
import { Prose } from '@/components/Prose'
import { removeEdge } from '@/graph/edits/remove'

import { FixButtons } from '../problems/FixButtons'
import { useProof, useSession, useUiStore } from '../session/context'
import { isStale } from '../session/proof'
import { ModeSwitch } from './ModeSwitch'
import classes from './proof.module.css'
import { ProofValue } from './ProofValue'
import { VerdictMark } from './VerdictMark'
import { VERDICT } from './verdicts'
import { leadOf, placeOf, readablePath } from './words'

type Props = {
  edge: string
  proof: WireProof | undefined
  /** What the checks found about the wire beside its verdict. */
  finding: Diagnostic | undefined
}

/** Everything about a wire's verdict: the sentence, the evidence, the repairs. */
export function WirePanel({ edge, proof, finding }: Props) {
  const session = useSession()
  const ui = useUiStore()
  const stale = useProof(isStale)
  const [done, setDone] = useState<Fix | null>(null)
  const panel = useRef<HTMLDivElement>(null)

  const remove = () => {
    ui.setState({ proofOf: null })
    session.apply(removeEdge(session.store.getState().document, edge))
  }
  const mended = (fix: Fix) => {
    setDone(fix)
    // The button that was pressed is about to go.
    panel.current?.focus({ preventScroll: true })
  }
  const place = proof ? placeOf(proof.reasons) : ''
  const lead = proof ? leadOf(proof) : ''
  return (
    <div ref={panel} tabIndex={-1} data-autofocus className={classes.panel} data-testid={`wire-panel-${edge}`} data-stale={stale || undefined}>
      {finding && (
        <section className={classes.finding} data-tone={finding.severity === 'error' ? 'bad' : 'warn'}>
          <b>{finding.severity === 'error' ? 'Cannot work' : 'Worth a look'}</b>
          <p>
            <Prose text={finding.message} />
          </p>
          <div className={classes.repairs}>
            <FixButtons fixes={finding.fixes} onDone={mended} testId={`fix-${finding.code}`} />
          </div>
        </section>
      )}
      {proof && (
        <>
          <div className={classes.fresh}>
            <h3 style={{ color: VERDICT[proof.verdict].color }} aria-live="polite" data-testid="wire-panel-verdict" data-verdict={proof.verdict}>
              <VerdictMark verdict={proof.verdict} size={14} silent />
              {VERDICT[proof.verdict].word}
              {place !== '' && <span> · {place}</span>}
            </h3>
            <p className={classes.summary} data-testid="wire-panel-summary">
              <Prose text={lead} />
            </p>
            {proof.verdict === 'unknown' && proof.why !== undefined && (
              <p className={classes.why}>
                <Prose text={proof.why} />
              </p>
            )}
            <Reasons reasons={proof.reasons} summary={lead} />
            {'counterexample' in proof && proof.counterexample !== undefined && (
              <ProofValue
                title={proof.verdict === 'never' ? 'For instance, this arrives' : 'This may arrive, and is refused'}
                value={proof.counterexample}
                reasons={proof.reasons}
                testId="wire-counterexample"
              />
            )}
          </div>
          <div className={classes.repairs} role="group" aria-label="Repairs">
            <FixButtons key={proof.summary} fixes={proof.repairs} first="filled" most={REPAIRS} onDone={mended} testId="wire-repair" />
          </div>
          {proof.verdict === 'sometimes' && proof.example !== undefined && (
            <details className={classes.example}>
              <summary>What would fit</summary>
              <ProofValue title="This may arrive, and fits" value={proof.example} testId="wire-example" />
            </details>
          )}
        </>
      )}
      {done && !stale && (
        <p className={classes.done}>
          Done: {done.title}
          <Button size="compact-xs" variant="subtle" leftSection={<Undo2 size={12} />} onClick={() => void session.undo().then(() => setDone(null))} data-testid="wire-repair-undo">
            Undo
          </Button>
        </p>
      )}
      <footer className={classes.foot}>
        {proof && <ModeSwitch />}
        {!finding?.fixes.some(({ edit }) => edit.type === 'remove_edge') && (
          <Button variant="subtle" color="gray" size="compact-xs" leftSection={<Trash2 size={12} />} onClick={remove} data-testid="wire-panel-remove">
            Remove wire
          </Button>
        )}
      </footer>
    </div>
  )
}

/** Repairs shown at once. */
const REPAIRS = 3
/** Reasons shown at once; the rest after a click. */
const SHOWN = 3

/** Place by place what is expected and what comes; left out when the summary says it all. */
function Reasons({ reasons, summary }: { reasons: readonly Reason[]; summary: string }) {
  const [all, setAll] = useState(false)
  if (reasons.every(({ message }) => summary.includes(message))) return null
  const shown = all ? reasons : reasons.slice(0, SHOWN)
  return (
    <ul className={classes.reasons} aria-label="Reasons" data-testid="wire-reasons">
      {shown.map((reason) => (
        <li key={reason.path + reason.keyword}>
          <ReasonText reason={reason} />
        </li>
      ))}
      {reasons.length > shown.length && (
        <li>
          <button type="button" onClick={() => setAll(true)}>
            {reasons.length - shown.length} more
          </button>
        </li>
      )}
    </ul>
  )
}

function ReasonText({ reason }: { reason: Reason }) {
  const path = readablePath(reason.path)
  if (path === '' || !reason.message.startsWith(path)) return <Prose text={reason.message} />
  return (
    <>
      <code>{path}</code>
      {reason.message.slice(path.length)}
    </>
  )
}
