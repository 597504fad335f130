import { ActionIcon } from '@mantine/core'
import { ChevronDown, ChevronUp, Search } from 'lucide-react'
import { useState } from 'react'

import classes from './data.module.css'

type Props = {
  needle: string
  onNeedle: (needle: string) => void
  /** The ids of what was found, in order. */
  hits: readonly string[]
  /** As many hits are counted at most. */
  most: number
  onShow: (id: string) => void
}

/** Searches within a value: Enter and Shift Enter go from hit to hit, Escape ends it. */
export function SearchField({ needle, onNeedle, hits, most, onShow }: Props) {
  const [at, setAt] = useState(-1)

  function go(by: number) {
    if (hits.length === 0) return
    const next = (at + by + hits.length) % hits.length
    setAt(next)
    const id = hits[next]
    if (id !== undefined) onShow(id)
  }

  return (
    <div className={classes.search}>
      <Search size={12} aria-hidden />
      <input
        value={needle}
        placeholder="Search"
        aria-label="Search within the value"
        onChange={(event) => {
          onNeedle(event.currentTarget.value)
          setAt(-1)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
          if (event.key === 'Escape' && needle !== '') {
            event.stopPropagation()
            onNeedle('')
          }
        }}
        data-testid="json-search"
      />
      {needle !== '' && (
        <>
          <span className={classes.hits} role="status">
            {hits.length === 0
              ? 'none'
              : `${at >= 0 ? `${at + 1} of ` : ''}${hits.length}${hits.length === most ? '+' : ''}`}
          </span>
          <ActionIcon size={18} aria-label="Previous hit" disabled={hits.length === 0} onClick={() => go(-1)}>
            <ChevronUp size={12} />
          </ActionIcon>
          <ActionIcon size={18} aria-label="Next hit" disabled={hits.length === 0} onClick={() => go(1)}>
            <ChevronDown size={12} />
          </ActionIcon>
        </>
      )}
    </div>
  )
}
