import { Tabs } from '@mantine/core'
import { useCallback, useState } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'

import { isSettled } from '@/api/executions'
import type { ExecutionDetail } from '@/api/types'
import { ExecutionBanner } from '@/components/execution/ExecutionBanner'
import { useStepAt } from '@/components/execution/useStepAt'
import { STATUS } from '@/components/status'
import { Timeline } from '@/components/timeline/Timeline'
import { useTitle } from '@/desktop/window'

import { ConnectionNote } from './ConnectionNote'
import { DataPanel } from './data/DataPanel'
import classes from './execution.module.css'
import { ExecutionHeader } from './ExecutionHeader'
import { GraphPanel } from './graph/GraphPanel'
import { LogPanel } from './log/LogPanel'
import { SidePanel } from './SidePanel'
import { useExecutionActions } from './useExecutionActions'

type Props = {
  execution: ExecutionDetail
  /** What is shown may be behind. */
  lost: boolean
}

const TABS = ['timeline', 'graph', 'data', 'log'] as const
type Tab = (typeof TABS)[number]
const TITLE: Record<Tab, string> = { timeline: 'Timeline', graph: 'Graph', data: 'Data', log: 'Log' }

/** Everything about one execution. */
export function ExecutionView({ execution, lost }: Props) {
  const live = !isSettled(execution.status)
  const [tab, setTab] = useState<Tab>('timeline')
  // Until somebody chooses, the failed step is in view.
  const [chosen, setChosen] = useState<string | null>()
  const selected = (chosen === undefined ? execution.error?.step : chosen) ?? undefined
  const select = useCallback((id: string | undefined) => setChosen(id ?? null), [])
  const { retry, retrying, stop, open } = useExecutionActions(execution)
  useTitle(`${STATUS[execution.status].label}: ${execution.workflow_name}`)

  const step = useStepAt(execution, selected)
  return (
    <div className={classes.page} data-testid="execution-page" data-status={execution.status}>
      <ExecutionHeader execution={execution} />
      <ConnectionNote lost={lost} />
      <div className={classes.bannerPlace} data-messages-below="banner">
        <ExecutionBanner
          execution={execution}
          onRetry={retry}
          onStop={stop}
          onStarted={open}
          onShowStep={select}
          retrying={retrying}
        />
      </div>
      <Tabs value={tab} onChange={(value) => setTab(value as Tab)} keepMounted={false} className={classes.tabs ?? ''}>
        <Tabs.List className={classes.tabList ?? ''} aria-label="Views of the execution">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one} data-testid={`execution-tab-${one}`}>
              {TITLE[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="data" className={classes.tabPanel ?? ''}>
          <DataPanel execution={execution} selectedStep={selected} onSelectStep={select} />
        </Tabs.Panel>
        {tab !== 'data' && (
          <Group orientation="horizontal" className={classes.split ?? ''}>
            <Panel id="execution-main" minSize={320}>
              <Tabs.Panel value="timeline" className={classes.tabPanel ?? ''}>
                <Timeline execution={execution} selectedStep={selected} onSelectStep={select} live={live} />
              </Tabs.Panel>
              <Tabs.Panel value="graph" className={classes.tabPanel ?? ''}>
                <GraphPanel execution={execution} selectedStep={selected} onSelectStep={select} />
              </Tabs.Panel>
              <Tabs.Panel value="log" className={classes.tabPanel ?? ''}>
                <LogPanel execution={execution} live={live} onSelectStep={select} />
              </Tabs.Panel>
            </Panel>
            <Separator className={classes.separator ?? ''} aria-label="Width of the details" />
            <Panel
              id="execution-side"
              defaultSize={380}
              minSize={280}
              maxSize={900}
              groupResizeBehavior="preserve-pixel-size"
            >
              <SidePanel execution={execution} step={step} onStarted={open} onClose={() => select(undefined)} />
            </Panel>
          </Group>
        )}
      </Tabs>
    </div>
  )
}
