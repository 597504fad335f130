import { useEffect, type KeyboardEvent } from 'react'

import type { ExecutionDetail, StepView } from '@/api/types'
import { ownStepOf } from '@/components/execution/paths'
import { StepActions } from '@/components/execution/StepActions'
import { StepDetail } from '@/components/execution/StepDetail'
import { useStepAt } from '@/components/execution/useStepAt'
import { KindIcon } from '@/components/KindIcon'
import { KIND } from '@/components/kinds'
import { Prose } from '@/components/Prose'
import { agentOf, nameOf, stepById } from '@/graph/lookup'

import { useEditor, useUi, useUiStore } from '../session/context'
import { findingsOfStep } from '../session/findings'
import { watchRun, type InspectorTab } from '../session/ui'
import { useRun, useStepRun } from '../session/useRun'
import { ConfigTab } from './config/ConfigTab'
import { DataTab } from './data/DataTab'
import { FlowTab } from './flow/FlowTab'
import classes from './inspector.module.css'
import { PolicyTab } from './PolicyTab'

/** Everything about one step. */
export function StepInspector({ id }: { id: string }) {
  const ui = useUiStore()
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  const wanted = useUi((state) => state.inspectorTab)
  const run = useStepRun(id)
  const step = stepById(document, id)
  if (!step) return null
  const agent = agentOf(document, step, library)
  const position = document.steps.indexOf(step) + 1
  const tabs: { id: InspectorTab; title: string }[] = [
    { id: 'config', title: 'Config' },
    { id: 'data', title: 'Data' },
    { id: 'flow', title: 'Flow' },
    { id: 'policy', title: 'Policy' },
    ...(run ? [{ id: 'run' as const, title: 'Run' }] : []),
  ]
  const tab = tabs.some((each) => each.id === wanted) ? wanted : 'config'

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    const next = by === 0 ? undefined : tabs[(tabs.findIndex((each) => each.id === tab) + by + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    ui.setState({ inspectorTab: next.id })
    event.currentTarget.parentElement?.querySelector<HTMLElement>(`[data-tab=${next.id}]`)?.focus()
  }

  return (
    <>
      <header className={classes.head}>
        <KindIcon kind={agent?.kind} size={26} />
        <div className={classes.title}>
          <h2>{nameOf(step, agent)}</h2>
          <span>
            {agent ? KIND[agent.kind].title : 'Agent missing'} · step {position} of {document.steps.length}
          </span>
        </div>
      </header>
      <div className={classes.tabs} role="tablist" aria-label="Parts of the step">
        {tabs.map((each) => (
          <button
            key={each.id}
            type="button"
            role="tab"
            data-tab={each.id}
            aria-selected={tab === each.id}
            aria-controls="inspector-content"
            tabIndex={tab === each.id ? 0 : -1}
            data-testid={`inspector-tab-${each.id}`}
            onClick={() => ui.setState({ inspectorTab: each.id })}
            onKeyDown={onKeyDown}
          >
            {each.title}
          </button>
        ))}
      </div>
      <div className={classes.content} id="inspector-content" role="tabpanel" aria-label={tab} key={tab}>
        {tab === 'config' && <ConfigTab step={step} agent={agent} />}
        {tab === 'data' && <DataTab step={step} agent={agent} />}
        {tab === 'flow' && <FlowTab step={step} />}
        {tab === 'policy' && <PolicyTab step={step} agent={agent} />}
        {tab === 'run' && run && <RunTab own={run} />}
      </div>
      <Findings id={id} />
    </>
  )
}

/** How the step went, or what was chosen within it. */
function RunTab({ own }: { own: StepView }) {
  const execution = useRun()
  return execution && <RunOf execution={execution} own={own} />
}

function RunOf({ execution, own }: { execution: ExecutionDetail; own: StepView }) {
  const ui = useUiStore()
  const looked = useUi((state) => state.runPath)
  const within = useStepAt(execution, looked !== null && ownStepOf(looked) === own.path ? looked : undefined)
  const step = within ?? own
  return <StepDetail execution={execution} step={step} actions={<StepActions execution={execution} step={step} onStarted={(id) => watchRun(ui, id)} />} />
}

/** Stands below the fields: it comes and goes while somebody types, and above them it would push them from under the hand. */
function Findings({ id }: { id: string }) {
  const found = useEditor((state) => findingsOfStep(state.diagnostics, id))
  const shown = found.filter((each) => each.severity !== 'info').slice(0, 2)
  const count = shown.length
  useEffect(() => {
    // It takes its room from below; a field that stood there comes back into sight.
    const { activeElement } = globalThis.document
    if (count > 0 && activeElement instanceof HTMLInputElement && activeElement.closest('[role=tabpanel]')) activeElement.scrollIntoView({ block: 'nearest' })
  }, [count])
  if (count === 0) return null
  return (
    <ul className={classes.findings} data-testid="step-problems">
      {shown.map((each) => (
        <li key={each.code + each.message} data-severity={each.severity}>
          <Prose text={each.message} />
        </li>
      ))}
    </ul>
  )
}
