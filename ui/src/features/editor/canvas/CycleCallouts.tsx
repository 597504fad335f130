import { ViewportPortal } from '@xyflow/react'
import { CircleAlert } from 'lucide-react'

import { NODE_HEIGHT, NODE_WIDTH, type CanvasNode } from '@/graph/flow'

import { useEditor } from '../session/context'
import classes from './CycleCallouts.module.css'

/** Names every cycle on the canvas, above the steps that form it; below where others stand above. */
export function CycleCallouts() {
  const cycles = useEditor((state) => state.cycles)
  return cycles.length === 0 ? null : <Callouts />
}

function Callouts() {
  const cycles = useEditor((state) => state.cycles)
  const nodes = useEditor((state) => state.nodes)
  return (
    <ViewportPortal>
      {cycles.map((cycle) => {
        const { x, y, above, names } = placeOf(cycle.steps, nodes)
        return (
          <div
            key={cycle.steps.join()}
            className={classes.callout}
            style={{ transform: `translate(${x}px, ${y}px) translate(-50%, ${above ? '-100%' : '0'})` }}
            role="alert"
            data-testid="cycle-callout"
          >
            <b>
              <CircleAlert size={13} aria-hidden /> These steps wait for each other
            </b>
            <span>{[...names, names[0]].join(' → ')}</span>
            <small>
              Remove one of the red wires. To run steps again and again, move them into a workflow of their own and give the step that
              runs it a loop.
            </small>
          </div>
        )
      })}
    </ViewportPortal>
  )
}

function placeOf(steps: readonly string[], nodes: readonly CanvasNode[]) {
  const members = new Set(steps)
  const found = new Map(nodes.flatMap((node) => (node.type === 'step' && members.has(node.id) ? [[node.id, node]] : [])))
  const all = [...found.values()]
  const names = steps.map((id) => found.get(id)?.data.name ?? id)
  const left = Math.min(...all.map((node) => node.position.x))
  const right = Math.max(...all.map((node) => node.position.x + NODE_WIDTH))
  const x = (left + right) / 2
  const top = Math.min(...all.map((node) => node.position.y)) - GAP
  // The wire that leads back runs below.
  const bottom = Math.max(...all.map(bottomOf)) + 3 * GAP
  const covers = (y: number) =>
    nodes.some((node) => Math.abs(node.position.x + NODE_WIDTH / 2 - x) < (NODE_WIDTH + WIDTH) / 2 && node.position.y < y + HEIGHT && bottomOf(node) > y)
  const above = !covers(top - HEIGHT) || covers(bottom)
  return { x, y: above ? top : bottom, above, names: shortened(names) }
}

const GAP = 20
/** About as large as a callout is, in pixels of the canvas. */
const WIDTH = 380
const HEIGHT = 92

const bottomOf = ({ position, measured }: CanvasNode) => position.y + (measured?.height ?? NODE_HEIGHT)

function shortened(names: readonly string[]): string[] {
  return names.length <= 6 ? [...names] : [...names.slice(0, 3), `… ${names.length - 5} more …`, ...names.slice(-2)]
}
