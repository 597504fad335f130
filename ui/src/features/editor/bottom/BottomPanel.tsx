import { Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { KeyboardEvent } from 'react'

import { ProgressText } from '@/components/execution/ProgressText'

import { DataPanel } from '../preview/DataPanel'
import { ProblemsPanel } from '../problems/ProblemsPanel'
import { useEditor, useUi, useUiStore } from '../session/context'
import type { BottomTab } from '../session/ui'
import { useRun } from '../session/useRun'
import classes from './BottomPanel.module.css'
import { RunsPanel } from './RunsPanel'
import { TimelinePanel } from './TimelinePanel'

const TABS: readonly { id: BottomTab; title: string }[] = [
  { id: 'timeline', title: 'Timeline' },
  { id: 'problems', title: 'Problems' },
  { id: 'data', title: 'Data' },
  { id: 'runs', title: 'Runs' },
]

/** Below the canvas: how a run went, what is wrong, what ran before. */
export function BottomPanel() {
  const ui = useUiStore()
  const tab = useUi((state) => state.bottomTab)
  const open = useUi((state) => state.bottomOpen)
  const problems = useEditor((state) => state.diagnostics.filter((each) => each.severity !== 'info').length)
  const run = useRun()
  const choose = (id: BottomTab) => ui.setState({ bottomTab: id, bottomOpen: id !== tab || !open })

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    const next = TABS[(TABS.findIndex((each) => each.id === tab) + by + TABS.length) % TABS.length]
    if (!next) return
    event.preventDefault()
    ui.setState({ bottomTab: next.id, bottomOpen: true })
    document.getElementById(`bottom-${next.id}`)?.focus()
  }

  return (
    <section className={classes.panel} aria-label="Runs, problems and data" data-testid="bottom-panel">
      <div className={classes.tabs}>
        <div role="tablist" aria-label="Lower panel" className={classes.list} data-open={open}>
          {TABS.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`bottom-${id}`}
              aria-selected={tab === id}
              aria-controls={open ? 'bottom-content' : undefined}
              tabIndex={tab === id ? 0 : -1}
              data-testid={`tab-${id}`}
              onClick={() => choose(id)}
              onKeyDown={onKeyDown}
            >
              {title}
              {id === 'problems' && problems > 0 && <span className={classes.count}>{problems}</span>}
            </button>
          ))}
        </div>
        <span className={classes.space} />
        {run && (
          <>
            <Link to="/executions/$id" params={{ id: run.id }} className={classes.run} data-testid="open-execution">
              {run.id}
            </Link>
            {run.mode === 'test' && <span className={classes.mode}>test</span>}
            <ProgressText execution={run} />
          </>
        )}
        <Tooltip label={open ? 'Fold' : 'Unfold'}>
          <button
            type="button"
            className={classes.fold}
            aria-label={open ? 'Fold the lower panel' : 'Unfold the lower panel'}
            aria-expanded={open}
            onClick={() => ui.setState({ bottomOpen: !open })}
            data-testid="bottom-toggle"
          >
            {open ? <ChevronDown size={16} /> : <ChevronUp size={16} />}
          </button>
        </Tooltip>
      </div>
      {open && (
        <div role="tabpanel" id="bottom-content" aria-labelledby={`bottom-${tab}`} className={classes.content}>
          {tab === 'timeline' && <TimelinePanel />}
          {tab === 'problems' && <ProblemsPanel />}
          {tab === 'data' && <DataPanel />}
          {tab === 'runs' && <RunsPanel />}
        </div>
      )}
    </section>
  )
}
