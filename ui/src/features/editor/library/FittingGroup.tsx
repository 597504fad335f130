import { ChevronRight } from 'lucide-react'
import { useState, type ReactNode } from 'react'

import rows from '../rows.module.css'
import type { FittingItem } from './ranked'
import classes from './LibraryPanel.module.css'

const FOLDED_KEY = 'heddle.fits-folded'
/** Shown at once; the rest after a click. */
const SHOWN = 4

/** The agents that take what the selected step gives, best first; folds away, and stays so. */
export function FittingGroup({ items, children }: { items: readonly FittingItem[]; children: (item: FittingItem) => ReactNode }) {
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED_KEY) !== null)
  const [all, setAll] = useState(false)
  const fold = () => {
    if (folded) localStorage.removeItem(FOLDED_KEY)
    else localStorage.setItem(FOLDED_KEY, '1')
    setFolded(!folded)
  }
  const shown = all ? items : items.slice(0, SHOWN)
  return (
    <section aria-label="Fits the selection" data-testid="fitting-group">
      <h2 className={rows.heading}>
        <button type="button" className={classes.fold} aria-expanded={!folded} onClick={fold} data-testid="fitting-fold">
          Fits the selection <ChevronRight size={12} aria-hidden />
        </button>
      </h2>
      {!folded && shown.map(children)}
      {!folded && items.length > shown.length && (
        <button type="button" className={classes.more} onClick={() => setAll(true)}>
          {items.length - shown.length} more
        </button>
      )}
    </section>
  )
}
