import type { PointerEvent } from 'react'

import type { Fit } from '@/api/proof'
import { KindIcon } from '@/components/KindIcon'

import { VerdictMark } from '../proof/VerdictMark'
import { VERDICT } from '../proof/verdicts'
import rows from '../rows.module.css'
import type { LibraryItem } from './items'
import classes from './LibraryPanel.module.css'

type Props = {
  item: LibraryItem
  /** How it would fit after the selected step. */
  fit?: Fit
  onGrab: (event: PointerEvent) => void
  onAdd: () => void
  /** One item up or down. */
  onStep: (from: HTMLElement, by: 1 | -1) => void
}

/** An agent of the library: drag it, click it, or press Enter. */
export function LibraryItemButton({ item, fit, onGrab, onAdd, onStep }: Props) {
  return (
    <button
      type="button"
      className={`${rows.row} ${classes.item}`}
      data-library-item
      data-testid={fit ? `fitting-item-${item.id}` : `library-item-${item.id}`}
      data-verdict={fit?.verdict}
      title={fit ? `${VERDICT[fit.verdict].word}: ${fit.summary}` : item.summary}
      onPointerDown={onGrab}
      onClick={onAdd}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
        event.preventDefault()
        onStep(event.currentTarget, event.key === 'ArrowDown' ? 1 : -1)
      }}
    >
      <KindIcon kind={item.kind} />
      <span className={rows.text}>{item.name}</span>
      {fit && <VerdictMark verdict={fit.verdict} size={11} />}
    </button>
  )
}
