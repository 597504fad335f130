import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react'

import type { Diagnostic } from '@/api/types'
import { Prose } from '@/components/Prose'
import { agentOf, nameOf, stepById } from '@/graph/lookup'
import { selectEdge, selectSteps } from '@/graph/selection'

import { saidByVerdict } from '../proof/verdicts'
import rows from '../rows.module.css'
import { useEditor, useSession, useUiStore } from '../session/context'
import { sorted } from '../session/findings'
import type { Session } from '../session/session'
import { reveal, type UiStore } from '../session/ui'
import { FixButtons } from './FixButtons'
import classes from './ProblemsPanel.module.css'
import { tabFor } from './tabFor'

const LOOK: Record<Diagnostic['severity'], { Icon: LucideIcon; word: string }> = {
  error: { Icon: CircleAlert, word: 'Error' },
  warning: { Icon: TriangleAlert, word: 'Warning' },
  info: { Icon: Info, word: 'Hint' },
}

const SHOWN = 300
/** A row has room for the likeliest; the rest is where the finding is. */
const FIXES_SHOWN = 2

/** Everything the checks found; a click goes there, buttons mend. */
export function ProblemsPanel() {
  const session = useSession()
  const ui = useUiStore()
  const diagnostics = useEditor((state) => state.diagnostics)
  if (diagnostics.length === 0) {
    return (
      <p className={classes.none} data-testid="no-problems">
        <CircleCheck size={15} aria-hidden /> No problems. A version can be saved.
      </p>
    )
  }
  const list = sorted(diagnostics)
  return (
    <ul className={`${rows.list} ${classes.list}`} aria-label="Problems" aria-live="polite">
      {list.slice(0, SHOWN).map((diagnostic, index) => {
        const { Icon, word } = LOOK[diagnostic.severity]
        return (
          <li key={`${diagnostic.code} ${diagnostic.step} ${diagnostic.edge} ${diagnostic.path} ${index}`} data-testid={`problem-${index}`} data-code={diagnostic.code}>
            <button type="button" className={`${rows.row} ${classes.problem}`} onClick={() => goTo(session, ui, diagnostic)} data-testid={`problem-${index}-show`}>
              <Icon size={15} data-severity={diagnostic.severity} aria-hidden />
              <span className="sr-only">{word}: </span>
              <span>
                <Prose text={diagnostic.message} />
              </span>
              <Place diagnostic={diagnostic} />
            </button>
            <span className={classes.fixes}>
              <FixButtons fixes={diagnostic.fixes} most={FIXES_SHOWN} size="compact-sm" testId={`fix-${diagnostic.code}`} />
            </span>
          </li>
        )
      })}
      {list.length > SHOWN && <li className={classes.rest}>{list.length - SHOWN} more, shown as these are mended.</li>}
    </ul>
  )
}

function Place({ diagnostic }: { diagnostic: Diagnostic }) {
  const name = useEditor((state) => {
    const step = diagnostic.step === undefined ? undefined : stepById(state.document, diagnostic.step)
    return step ? nameOf(step, agentOf(state.document, step, state.library)) : undefined
  })
  const words = [name, diagnostic.path?.replaceAll('/', ' ').trim()].filter(Boolean).join(' · ')
  return words === '' ? null : <span className={classes.place}>{words}</span>
}

/** Selects what a finding is about, brings it into view, and opens the tab where it is mended. */
function goTo(session: Session, ui: UiStore, diagnostic: Diagnostic): void {
  const { document } = session.store.getState()
  const edge = document.edges.find((each) => each.id === diagnostic.edge)
  const many = diagnostic.steps ?? []
  if (edge) {
    session.select(selectEdge(edge.id))
    reveal(ui, [edge.from, edge.to])
    if (saidByVerdict(diagnostic.code)) ui.setState({ proofOf: edge.id })
    return
  }
  const steps = diagnostic.step !== undefined ? [diagnostic.step] : many
  if (steps.length === 0) return
  session.select(selectSteps(steps))
  ui.setState({ inspectorTab: tabFor(diagnostic.path) })
  reveal(ui, many.length > 0 ? many : steps)
}

