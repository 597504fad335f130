import { Button } from '@mantine/core'
import { Undo2 } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'

import type { Step } from '@/api/types'
import { setWhen } from '@/graph/edits/step'
import { agentOf, nameOf, stepById, UNDO_BRANCH } from '@/graph/lookup'
import { selectSteps } from '@/graph/selection'

import { undoWith } from '../../canvas/undoWith'
import { useEditor, useSession, useUiStore } from '../../session/context'
import { ExpressionInput } from '../data/ExpressionInput'
import { useProposals } from '../data/useProposals'
import classes from '../inspector.module.css'
import { BreakpointFields } from './BreakpointFields'
import { JoinFields } from './JoinFields'
import { LoopFields } from './LoopFields'
import { ReadyConditions } from './ReadyConditions'

/** When the step runs, how often, what undoes it, and where a debugged run stops. */
export function FlowTab({ step }: { step: Step }) {
  const session = useSession()
  const proposals = useProposals(step.id)
  const incoming = useEditor((state) => state.document.edges.filter((edge) => edge.to === step.id && edge.branch !== UNDO_BRANCH).length)
  const write = (text: string) => session.apply(setWhen(session.store.getState().document, step.id, text))
  return (
    <>
      <Undoes step={step} />
      <section className={classes.section}>
        <h3>Runs when</h3>
        <ExpressionInput
          label="Condition"
          value={step.when ?? ''}
          placeholder="always"
          proposals={proposals}
          onChange={write}
          testId="step-when"
        />
        {step.when === undefined && (
          <ReadyConditions subject={proposals[0]?.expression ?? 'input'} fields={proposals} onChoose={write} testId="step-when" />
        )}
        <p className={classes.hint}>An expression that is true or false. When it is false, the step is skipped.</p>
      </section>
      {incoming > 1 && <JoinFields step={step} incoming={incoming} />}
      <LoopFields step={step} proposals={proposals} />
      <UndoSection step={step} />
      <BreakpointFields step={step} proposals={proposals} />
    </>
  )
}

/** Of a step that undoes others: which, and when it runs at all. */
function Undoes({ step }: { step: Step }) {
  const session = useSession()
  const undone = useEditor(
    useShallow(({ document }) => document.edges.filter((edge) => edge.to === step.id && edge.branch === UNDO_BRANCH).map((edge) => edge.from)),
  )
  const names = useEditor(useShallow(({ document, library }) => undone.map((id) => {
    const found = stepById(document, id)
    return found ? nameOf(found, agentOf(document, found, library)) : id
  })))
  if (undone.length === 0) return null
  return (
    <section className={classes.notice} data-testid="undoes">
      <Undo2 size={15} aria-hidden />
      <p>
        Undoes{' '}
        {undone.map((id, index) => (
          <span key={id}>
            {index > 0 && ', '}
            <button type="button" className={classes.link} onClick={() => session.select(selectSteps([id]))}>
              {names[index]}
            </button>
          </span>
        ))}
        . It runs only when the run fails or is stopped after that; the latest step is undone first.
      </p>
    </section>
  )
}

/** The steps that undo this one, should the run fail afterwards. */
function UndoSection({ step }: { step: Step }) {
  const session = useSession()
  const ui = useUiStore()
  const undone = useEditor((state) => state.document.edges.some((edge) => edge.from === step.id && edge.branch === UNDO_BRANCH))
  return (
    <section className={classes.section}>
      <h3>If the run fails later</h3>
      <p className={classes.hint}>
        {undone
          ? 'Wires from “undo” lead to what takes this step back. They run only when the execution fails or is stopped after it.'
          : 'Nothing is taken back.'}
      </p>
      <div>
        <Button leftSection={<Undo2 size={13} />} onClick={() => undoWith(session, ui, step.id)} data-testid="undo-with">
          {undone ? 'Undo with another step…' : 'Undo with…'}
        </Button>
      </div>
    </section>
  )
}
