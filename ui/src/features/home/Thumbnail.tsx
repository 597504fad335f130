import { memo } from 'react'

import type { WorkflowSummary } from '@/api/types'
import { kindColor } from '@/components/kinds'

import { drawThumbnail } from './picture'

const WIDTH = 288
const HEIGHT = 132
/** More boxes than pixels tell nothing. */
const MAX_BOXES = 600

/** A small picture of the graph; decoration beside the name. */
export const Thumbnail = memo(function Thumbnail({ of }: { of: WorkflowSummary['thumbnail'] }) {
  const { boxes, wires } = drawThumbnail(of, WIDTH, HEIGHT, 20)
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="xMidYMid meet" aria-hidden>
      {wires.map((d, index) => (
        <path key={index} d={d} fill="none" stroke="var(--ghost)" strokeWidth={1.3} />
      ))}
      {boxes.slice(0, MAX_BOXES).map((box, index) => (
        <g key={index}>
          <rect
            x={box.x}
            y={box.y}
            width={box.width}
            height={box.height}
            rx={Math.min(4, box.height / 4)}
            fill="var(--panel)"
            stroke="var(--line-strong)"
            strokeWidth={1}
          />
          {box.height > 8 && (
            <>
              <rect
                x={box.x + box.height * 0.2}
                y={box.y + box.height * 0.28}
                width={box.height * 0.44}
                height={box.height * 0.44}
                rx={box.height * 0.12}
                fill={kindColor(box.kind)}
              />
              <rect
                x={box.x + box.height * 0.82}
                y={box.y + box.height * 0.42}
                width={Math.max(box.width - box.height * 1.15, 2)}
                height={box.height * 0.16}
                rx={box.height * 0.08}
                fill="var(--ghost)"
                opacity={0.55}
              />
            </>
          )}
        </g>
      ))}
    </svg>
  )
})
