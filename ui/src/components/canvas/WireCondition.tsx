import { Split } from 'lucide-react'

import classes from './Wire.module.css'
import type { WireFlow } from './wireFlow'

type Props = {
  edge: string
  when: string
  /** The middle of the wire, in the canvas's own measure. */
  x: number
  y: number
  /** How far its ends are apart: what is written must fit between them. */
  gap: number
  flow: WireFlow
  /** Selects the wire; absent where nothing can be changed. */
  onClick?: () => void
}

const MARGIN = 16
const WIDEST = 160
/** In less room than this only a sign is drawn. */
const READABLE = 52

/** Under the middle of a wire: the condition under which it is followed, and whether it was. */
export function WireCondition({ edge, when, x, y, gap, flow, onClick }: Props) {
  const words = `Followed only when ${when}${flow === 'off' ? '; it was not' : flow === undefined ? '' : '; it was'}`
  const room = Math.min(gap - MARGIN, WIDEST)
  const style = { maxWidth: Math.max(room, 0), transform: `translate(-50%, -50%) translate(${x}px, ${y + 22}px)` }
  const content = (
    <>
      <Split size={10} aria-hidden />
      {room >= READABLE && <span>{when}</span>}
    </>
  )
  if (!onClick) {
    return (
      <span className={classes.condition} style={style} title={words} role="img" aria-label={words} data-flow={flow} data-testid={`wire-when-${edge}`}>
        {content}
      </span>
    )
  }
  return (
    <button
      type="button"
      className={`${classes.condition} nodrag nopan`}
      style={style}
      title={words}
      aria-label={words}
      data-flow={flow}
      onClick={onClick}
      data-testid={`wire-when-${edge}`}
    >
      {content}
    </button>
  )
}
