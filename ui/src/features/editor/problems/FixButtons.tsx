import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Fix } from '@/api/types'
import { applyFix } from '@/graph/fixes'

import { useSession } from '../session/context'

type Props = {
  fixes: readonly Fix[] | undefined
  /** The look of the likeliest. */
  first?: 'light' | 'filled'
  size?: 'xs' | 'compact-sm'
  onDone?: (fix: Fix) => void
  /** How many are shown at once; the rest after a click. */
  most?: number
  /** `<testId>-<n>` is the nth button. */
  testId: string
}

/** Repairs, one click each, the likeliest first. */
export function FixButtons({ fixes = NONE, first = 'light', size = 'xs', onDone, most = Infinity, testId }: Props) {
  const session = useSession()
  const [all, setAll] = useState(false)
  const edit = (fix: Fix) => {
    const { document, library } = session.store.getState()
    return applyFix(document, fix, library)
  }
  const able = fixes.filter((fix) => edit(fix) !== null)
  const shown = all ? able : able.slice(0, most)
  return (
    <>
      {shown.map((fix, index) => (
        <Button
          key={fix.title}
          size={size}
          variant={index === 0 ? first : 'default'}
          onClick={(event) => {
            event.stopPropagation()
            if (session.apply(edit(fix))) onDone?.(fix)
          }}
          data-testid={`${testId}-${index}`}
        >
          {fix.title}
        </Button>
      ))}
      {able.length > shown.length && (
        <Button size={size} variant="subtle" color="gray" onClick={() => setAll(true)} data-testid={`${testId}-more`}>
          {able.length - shown.length} more
        </Button>
      )}
    </>
  )
}

const NONE: readonly Fix[] = []
