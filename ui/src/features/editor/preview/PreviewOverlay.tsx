import { useStore, ViewportPortal, type ReactFlowState } from '@xyflow/react'
import { Ban, Dices, FlaskConical, History, OctagonAlert, Sigma, type LucideIcon } from 'lucide-react'
import { memo, useMemo } from 'react'

import type { StepPreview } from '@/api/preview'
import { isFar } from '@/components/canvas/far'
import { BriefValue } from '@/components/data/BriefValue'
import { selectSteps } from '@/graph/selection'
import { nodeHeight, NODE_WIDTH, PORT_TOP, portTop, type StepNode } from '@/graph/flow'

import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { openBottom } from '../session/ui'
import { isDry, shapeOf } from './carried'
import classes from './overlay.module.css'
import { PreviewBar } from './PreviewBar'
import { usePreview, type PreviewState } from './usePreview'

/** Sample data on the canvas: what each wire carries and what each step gives, while the preview is switched on. */
export function PreviewOverlay() {
  return useUi((state) => state.previewing) ? <Shown /> : null
}

function Shown() {
  const preview = usePreview()
  const far = useStore(isFar)
  return (
    <>
      <PreviewBar preview={preview} />
      {!far && <Values preview={preview} />}
    </>
  )
}

/** Side of the squares by which the view is told apart, in canvas pixels: panning within one changes nothing. */
const TILE = 480

/** The tiles in view, as `left,top,right,bottom`. */
function tilesInView({ transform: [x, y, zoom], width, height }: ReactFlowState): string {
  const tile = (at: number) => Math.floor(at / TILE)
  return [tile(-x / zoom), tile(-y / zoom), tile((width - x) / zoom), tile((height - y) / zoom)].join()
}

function Values({ preview }: { preview: PreviewState }) {
  const nodes = useEditor((state) => state.nodes)
  const edges = useEditor((state) => state.document.edges)
  const tiles = useStore(tilesInView)
  const { steps } = preview
  const seen = useMemo(() => {
    const [left = 0, top = 0, right = 0, bottom = 0] = tiles.split(',').map((each) => Number(each) * TILE)
    const inView = (node: StepNode) =>
      node.position.x > left - NODE_WIDTH - TILE && node.position.x < right + 2 * TILE && node.position.y > top - TILE && node.position.y < bottom + 2 * TILE
    return new Map(nodes.flatMap((node) => (node.type === 'step' && inView(node) ? [[node.id, node] as const] : [])))
  }, [nodes, tiles])
  return (
    <ViewportPortal>
      {edges.map(({ id, from, to, branch }) => {
        const source = seen.get(from)
        const target = seen.get(to)
        if (!source || !target) return null
        const port = source.data.ports.findIndex((each) => (each.branch ?? undefined) === branch)
        const start = { x: source.position.x + NODE_WIDTH, y: source.position.y + portTop(source.data.ports, Math.max(port, 0)) }
        const end = { x: target.position.x, y: target.position.y + PORT_TOP }
        // A wire that leads back goes its own way around; what it carries stands beneath its step.
        if (end.x < start.x + 40) return null
        const dry = isDry(steps.get(from)) || (branch !== undefined && steps.get(to)?.skipped !== undefined)
        const value = steps.get(from)?.output
        return (
          <span
            key={id}
            className={classes.carried}
            data-dry={dry || undefined}
            data-testid={`preview-wire-${id}`}
            style={{
              transform: `translate(${(start.x + end.x) / 2}px, ${(start.y + end.y) / 2 + 15}px) translateX(-50%)`,
              maxWidth: Math.max(60, end.x - start.x - 16),
            }}
          >
            {dry ? 'nothing' : shapeOf(value)}
          </span>
        )
      })}
      {[...seen.values()].map((node) => {
        const step = steps.get(node.id)
        return step ? (
          <Given key={node.id} step={step} name={node.data.name} x={node.position.x} y={node.position.y + nodeHeight(node.data.ports.length)} />
        ) : null
      })}
    </ViewportPortal>
  )
}

const ORIGIN: Record<NonNullable<StepPreview['output_from']>, { Icon: LucideIcon; words: string }> = {
  execution: { Icon: History, words: 'from the last run' },
  sample: { Icon: FlaskConical, words: 'the agent’s own sample' },
  generated: { Icon: Dices, words: 'made up from its output schema' },
  computed: { Icon: Sigma, words: 'computed from the sample' },
}

type GivenProps = { step: StepPreview; name: string; x: number; y: number }

/** Beneath a step: what it gives, why it would not run, or what cannot work. A click opens the whole of it. */
const Given = memo(function Given({ step, name, x, y }: GivenProps) {
  const session = useSession()
  const ui = useUiStore()
  const [problem, ...more] = step.problems
  const origin = step.output_from && ORIGIN[step.output_from]
  const Icon = problem ? OctagonAlert : step.skipped !== undefined ? Ban : (origin?.Icon ?? FlaskConical)
  const words = problem?.message ?? (step.skipped !== undefined ? `Skipped: ${step.skipped}` : `Gives, ${origin?.words ?? 'in the sample'}`)
  return (
    <button
      type="button"
      className={`${classes.given} nodrag nopan`}
      style={{ transform: `translate(${x}px, ${y + 6}px)`, width: NODE_WIDTH }}
      data-tone={problem ? 'bad' : step.skipped !== undefined ? 'off' : undefined}
      aria-label={`${name}: ${words}`}
      title={words}
      data-testid={`preview-step-${step.step}`}
      onClick={(event) => {
        event.stopPropagation()
        session.select(selectSteps([step.step]))
        openBottom(ui, 'data')
      }}
    >
      <Icon size={12} aria-hidden />
      {problem ? (
        <span className={classes.problem}>
          {problem.message}
          {more.length > 0 && ` (+${more.length})`}
        </span>
      ) : step.skipped !== undefined ? (
        <span className={classes.problem}>{step.skipped}</span>
      ) : (
        <BriefValue value={step.output} room={25} />
      )}
    </button>
  )
})
