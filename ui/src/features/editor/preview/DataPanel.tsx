import { Switch } from '@mantine/core'
import { Ban, Check, OctagonAlert, Workflow } from 'lucide-react'
import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'

import { toJson } from '@/api/json'
import type { Preview, StepPreview } from '@/api/preview'
import { parseJson } from '@/components/data/json'
import { JsonTree } from '@/components/data/JsonTree'
import { ErrorPanel } from '@/components/ErrorPanel'
import { KindIcon } from '@/components/KindIcon'
import { Pending } from '@/components/Pending'
import { Prose } from '@/components/Prose'
import { useVirtualRows } from '@/components/useVirtualRows'
import { outputOf } from '@/graph/expressions'
import type { StepNode } from '@/graph/flow'
import { selectSteps, soleStep } from '@/graph/selection'

import rows from '../rows.module.css'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { reveal } from '../session/ui'
import classes from './panel.module.css'
import { SampleChooser } from './SampleChooser'
import { usePreview } from './usePreview'

/** Height of an entry of the list in pixels, as in the style sheet. */
const ENTRY = 30

/** What would flow through the workflow, step by step, before anything runs. */
export function DataPanel() {
  const ui = useUiStore()
  const previewing = useUi((state) => state.previewing)
  const state = usePreview()
  const { preview, error } = state
  if (!preview) {
    return error ? (
      <ErrorPanel error={error} title="The sample data could not be sent through" retry={state.retry} />
    ) : (
      <Pending label="Sending the sample data through" />
    )
  }
  return (
    <div className={classes.panel} data-testid="data-panel">
      <div className={classes.side}>
        <div className={classes.tools}>
          <SampleChooser sample={state} />
          <Switch
            size="xs"
            label="On the canvas"
            checked={previewing}
            onChange={(event) => ui.setState({ previewing: event.currentTarget.checked })}
            data-testid="preview-on-canvas"
          />
        </div>
        <Steps preview={preview} />
      </div>
      <Shown preview={preview} />
    </div>
  )
}

const WHOLE = ''

/** The step whose data is shown: the selected one; else the workflow as a whole. */
function useShownStep(preview: Preview): string {
  const selected = useEditor((state) => soleStep(state.selection))
  return selected !== null && preview.steps.some((step) => step.step === selected) ? selected : WHOLE
}

function useNodes(): ReadonlyMap<string, StepNode> {
  const nodes = useEditor((state) => state.nodes)
  return useMemo(() => new Map(nodes.flatMap((node) => (node.type === 'step' ? [[node.id, node] as const] : []))), [nodes])
}

function Steps({ preview }: { preview: Preview }) {
  const session = useSession()
  const ui = useUiStore()
  const nodes = useNodes()
  const shown = useShownStep(preview)
  const area = useRef<HTMLDivElement>(null)
  const ids = [WHOLE, ...preview.steps.map((step) => step.step)]
  const virtual = useVirtualRows(area, { count: ids.length, height: ENTRY })
  const choose = (id: string) => {
    session.select(selectSteps(id === WHOLE ? [] : [id]))
    if (id !== WHOLE) reveal(ui, [id])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const next = ids[ids.indexOf(shown) + by]
    if (by === 0 || next === undefined) return
    event.preventDefault()
    choose(next)
    virtual.scrollToIndex(ids.indexOf(next), { align: 'auto' })
    requestAnimationFrame(() => area.current?.querySelector<HTMLElement>('[aria-current=true]')?.focus())
  }
  return (
    <div ref={area} className={classes.steps} role="group" aria-label="Steps">
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const id = ids[index] ?? WHOLE
          const node = nodes.get(id)
          return (
            <button
              key={id}
              type="button"
              className={`${rows.row} ${classes.entry}`}
              style={{ top: start }}
              aria-current={id === shown}
              tabIndex={id === shown ? 0 : -1}
              onClick={() => choose(id)}
              onKeyDown={onKeyDown}
              data-testid={id === WHOLE ? 'preview-whole' : `preview-entry-${id}`}
            >
              {id === WHOLE ? <Workflow size={14} aria-hidden /> : <KindIcon kind={node?.data.agent?.kind} size={17} />}
              <span className={rows.text}>{id === WHOLE ? 'Whole workflow' : (node?.data.name ?? id)}</span>
              {id !== WHOLE && <Standing step={preview.steps[index - 1]} />}
            </button>
          )
        })}
      </div>
    </div>
  )
}

function Standing({ step }: { step: StepPreview | undefined }) {
  if (!step) return null
  if (step.problems.length > 0) {
    return (
      <em data-tone="bad" title={step.problems[0]?.message}>
        <OctagonAlert size={12} aria-label="problems" /> {step.problems.length}
      </em>
    )
  }
  if (step.skipped !== undefined) {
    return (
      <em title={step.skipped}>
        <Ban size={12} aria-label="skipped" />
      </em>
    )
  }
  return (
    <em data-tone="ok">
      <Check size={12} aria-label="works" />
    </em>
  )
}

const INPUT_FROM = { given: 'the sample', execution: 'the last run', example: 'the first sample', generated: 'made up from the input schema' }
const OUTPUT_FROM = { execution: 'the last run', sample: 'the agent’s sample', generated: 'made up from its schema', computed: 'computed' }

function Shown({ preview }: { preview: Preview }) {
  const id = useShownStep(preview)
  const step = preview.steps.find((each) => each.step === id)
  if (!step) {
    return (
      <div className={classes.panes} data-testid="preview-shown" data-step="">
        <Pane title="Input" from={INPUT_FROM[preview.input_from]} value={preview.input} path="input" />
        <Pane title="Output" value={preview.output} path="" nothing="The workflow would not complete: a step before its end cannot work, or is skipped." />
      </div>
    )
  }
  return (
    <div className={classes.panes} data-testid="preview-shown" data-step={id}>
      <Pane title="Input" value={step.input} path="" nothing={step.skipped ?? 'Its input could not be worked out.'}>
        {step.problems.length > 0 && (
          <ul className={classes.problems} data-testid="preview-step-problems">
            {step.problems.map((problem) => (
              <li key={problem.path + problem.message}>
                <OctagonAlert size={13} aria-hidden />
                <span>
                  <Prose text={problem.message} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Pane>
      <Pane
        title="Output"
        {...(step.output_from && { from: OUTPUT_FROM[step.output_from] })}
        value={step.output}
        path={outputOf(id)}
        nothing={step.skipped ?? 'There is no output to go on with.'}
      />
    </div>
  )
}

type PaneProps = { title: string; from?: string; value: unknown; path: string; nothing?: string; children?: ReactNode }

function Pane({ title, from, value, path, nothing = 'Nothing.', children }: PaneProps) {
  const read = useMemo(() => {
    if (value === undefined) return null
    const text = toJson(value)
    return { text, root: parseJson(text) }
  }, [value])
  return (
    <section className={classes.pane} aria-label={title}>
      <h3>
        {title}
        {from !== undefined && <small> · {from}</small>}
      </h3>
      {children}
      {read ? <JsonTree key={path} text={read.text} root={read.root} label={title} path={path} fill /> : <p className={classes.nothing}>{nothing}</p>}
    </section>
  )
}
