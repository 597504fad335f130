import { getBezierPath, type ConnectionLineComponentProps } from '@xyflow/react'
import { useMemo } from 'react'

import { wireVerdict, type WireVerdict } from '@/graph/edits/wires'
import type { CanvasNode } from '@/graph/flow'
import { branchOf } from '@/graph/lookup'

import { useEditor } from '../session/context'

/** The wire in the hand, with its verdict as soon as it is over a step. */
export function ConnectionLine(props: ConnectionLineComponentProps<CanvasNode>) {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, fromHandle, toNode, fromNode } = props
  const document = useEditor((state) => state.document)
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  })
  const target = toNode?.id
  const verdict = useMemo(() => {
    if (target === undefined) return null
    return fromHandle.type === 'source'
      ? wireVerdict(document, fromNode.id, target, branchOf(fromHandle.id))
      : wireVerdict(document, target, fromNode.id, undefined)
  }, [document, fromHandle, fromNode.id, target])
  const colour = verdict === null ? 'var(--accent)' : verdict.fits ? 'var(--ok)' : 'var(--bad)'
  const words = verdict === null ? null : wordsOf(verdict)
  return (
    <g data-testid="wire-in-hand">
      <path d={path} fill="none" stroke={colour} strokeWidth={2} strokeDasharray={verdict === null ? '6 5' : undefined} />
      <circle cx={toX} cy={toY} r={4} fill={colour} />
      {words !== null && (
        <g transform={`translate(${toX - words.length * 3.2} ${toY - 42})`}>
          <rect x={-8} y={-14} rx={6} width={words.length * 6.4 + 16} height={22} fill="var(--panel)" stroke={colour} />
          <text fill={colour} fontSize={11.5} fontWeight={500} y={1}>
            {words}
          </text>
        </g>
      )}
    </g>
  )
}

function wordsOf(verdict: WireVerdict): string {
  if (verdict.fits) return '✓ connect'
  switch (verdict.reason) {
    case 'self':
      return '✗ a step cannot feed itself'
    case 'duplicate':
      return '✗ connected already'
    case 'cycle': {
      const [first = '', ...rest] = verdict.steps
      const shown = verdict.steps.length > 4 ? [first, '…', rest.at(-1) ?? ''] : verdict.steps
      return `✗ closes a cycle: ${[...shown, first].join(' → ')}`
    }
  }
}
