import { getBezierPath, useReactFlow, useStoreApi, type ConnectionLineComponentProps, type InternalNode } from '@xyflow/react'
import { useMemo } from 'react'
import { createPortal } from 'react-dom'

import type { Fit } from '@/api/proof'
import { wireVerdict, type WireVerdict } from '@/graph/edits/wires'
import type { CanvasNode } from '@/graph/flow'
import { branchOf } from '@/graph/lookup'

import { FitNote } from '../proof/FitNote'
import { VERDICT } from '../proof/verdicts'
import { useEditor, useUi } from '../session/context'

/** The wire in the hand, in the colour of its verdict as soon as it is over a step, and why. */
export function ConnectionLine(props: ConnectionLineComponentProps<CanvasNode>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, toNode, fromNode } = props
  const document = useEditor((state) => state.document)
  const fits = useUi((ui) => ui.drawing?.fits)
  const { flowToScreenPosition } = useReactFlow()
  const { nodeLookup } = useStoreApi<CanvasNode>().getState()
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  })
  const target = toNode?.id ?? stepUnder(nodeLookup.values(), toX, toY)
  const structure = useMemo(() => {
    if (target === undefined || target === fromNode.id) return null
    return fromHandle.type === 'source'
      ? wireVerdict(document, fromNode.id, target, branchOf(fromHandle.id))
      : wireVerdict(document, target, fromNode.id, undefined)
  }, [document, fromHandle, fromNode.id, target])
  const fit = target === undefined ? undefined : fits?.get(target)
  const spot = flowToScreenPosition({ x: toX, y: toY })
  const colour = colourOf(structure, fit)
  return (
    <g data-testid="wire-in-hand" data-verdict={structure?.fits ? fit?.verdict : undefined}>
      <path d={path} fill="none" stroke={colour} strokeWidth={2} strokeDasharray={structure === null ? '6 5' : undefined} />
      <circle cx={toX} cy={toY} r={4} fill={colour} />
      {structure !== null &&
        createPortal(
          structure.fits ? (
            fit && <FitNote fit={fit} at={spot} />
          ) : (
            <FitNote fit={{ verdict: 'never', summary: wordsOf(structure) }} title="Cannot connect" at={spot} />
          ),
          globalThis.document.body,
        )}
    </g>
  )
}

function colourOf(structure: WireVerdict | null, fit: Fit | undefined): string {
  if (structure === null || (structure.fits && !fit)) return 'var(--accent)'
  return structure.fits && fit ? VERDICT[fit.verdict].color : 'var(--bad)'
}

/** The step whose card holds that point; letting go there connects as well. */
function stepUnder(nodes: Iterable<InternalNode<CanvasNode>>, x: number, y: number): string | undefined {
  for (const { id, type, measured, internals } of nodes) {
    const at = internals.positionAbsolute
    const inside = x >= at.x && y >= at.y && x <= at.x + (measured?.width ?? 0) && y <= at.y + (measured?.height ?? 0)
    if (type === 'step' && inside) return id
  }
  return undefined
}

function wordsOf(verdict: Exclude<WireVerdict, { fits: true }>): string {
  switch (verdict.reason) {
    case 'self':
      return 'A step cannot feed itself.'
    case 'duplicate':
      return 'They are connected already.'
    case 'cycle': {
      const [first = '', ...rest] = verdict.steps
      const shown = verdict.steps.length > 4 ? [first, '…', rest.at(-1) ?? ''] : verdict.steps
      return `It closes a cycle: ${[...shown, first].join(' → ')}`
    }
  }
}
