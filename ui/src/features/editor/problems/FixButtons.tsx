import { Button } from '@mantine/core'

import type { Fix } from '@/api/types'
import { applyFix } from '@/graph/fixes'

import { useSession } from '../session/context'

type Props = {
  fixes: readonly Fix[] | undefined
  /** The look of the likeliest. */
  first?: 'light' | 'filled'
  onDone?: (fix: Fix) => void
  /** `<testId>-<n>` is the nth button. */
  testId: string
}

/** Repairs, one click each, the likeliest first. */
export function FixButtons({ fixes, first = 'light', onDone, testId }: Props) {
  const session = useSession()
  const edit = (fix: Fix) => {
    const { document, library } = session.store.getState()
    return applyFix(document, fix, library)
  }
  return fixes
    ?.filter((fix) => edit(fix) !== null)
    .map((fix, index) => (
      <Button
        key={fix.title}
        variant={index === 0 ? first : 'default'}
        onClick={(event) => {
          event.stopPropagation()
          if (session.apply(edit(fix))) onDone?.(fix)
        }}
        data-testid={`${testId}-${index}`}
      >
        {fix.title}
      </Button>
    ))
}
