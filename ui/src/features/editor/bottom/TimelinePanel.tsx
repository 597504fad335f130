import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'

import { cancelExecution, executionQuery, retryExecution } from '@/api/executions'
import { ErrorPanel } from '@/components/ErrorPanel'
import { ExecutionBanner } from '@/components/execution/ExecutionBanner'
import { ownStepOf } from '@/components/execution/paths'
import { attempt } from '@/components/notify'
import { Pending } from '@/components/Pending'
import { Timeline } from '@/components/timeline/Timeline'
import { selectSteps, soleStep } from '@/graph/selection'

import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { reveal, watchRun } from '../session/ui'
import classes from './BottomPanel.module.css'
import { useTellHeight } from './useBottomRoom'

/** How the watched execution goes, or went. */
export function TimelinePanel() {
  const session = useSession()
  const ui = useUiStore()
  const watched = useUi((state) => state.run)
  const selected = useEditor((state) => soleStep(state.selection))
  const looked = useUi((state) => state.runPath)
  const [retrying, setRetrying] = useState(false)
  const { data: run, error, refetch } = useQuery({ ...executionQuery(watched ?? ''), enabled: watched !== null })

  if (watched === null) {
    return (
      <div className={classes.empty}>
        <p>Run the workflow to see every step as a bar on a line of time.</p>
        <Button
          mt="sm"
          leftSection={<Play size={13} />}
          onClick={() => ui.setState({ dialog: 'run', runMode: 'test' })}
          data-testid="timeline-test-run"
        >
          Test run
        </Button>
      </div>
    )
  }
  if (!run) {
    return error ? (
      <ErrorPanel error={error} title="The execution could not be loaded" retry={() => void refetch()} />
    ) : (
      <Pending label="Loading the execution" />
    )
  }
  const show = (path: string) => {
    const step = ownStepOf(path)
    session.select(selectSteps([step]))
    ui.setState({ inspectorTab: 'run', runPath: path })
    reveal(ui, [step])
  }
  const retry = async () => {
    setRetrying(true)
    const next = await attempt('The execution could not be tried again', () => retryExecution(run))
    setRetrying(false)
    if (next) watchRun(ui, next.id)
  }
  return (
    <div className={classes.timeline}>
      <Banner>
        <ExecutionBanner
          execution={run}
          onRetry={() => void retry()}
          onStop={() => void attempt('The execution could not be stopped', () => cancelExecution(run.id))}
          onStarted={(id) => watchRun(ui, id)}
          onShowStep={show}
          retrying={retrying}
          compact
        />
      </Banner>
      <Timeline key={run.id} execution={run} selectedStep={looked !== null && ownStepOf(looked) === selected ? looked : (selected ?? undefined)} onSelectStep={show} live />
    </div>
  )
}

/** Whatever it grows to, the timeline below it keeps its room. */
function Banner({ children }: { children: ReactNode }) {
  const content = useRef<HTMLDivElement>(null)
  useTellHeight(content)
  return (
    <div className={classes.banner} data-testid="run-banner">
      <div ref={content}>{children}</div>
    </div>
  )
}
