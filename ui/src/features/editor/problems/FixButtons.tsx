import { Button } from '@mantine/core'

import type { Diagnostic } from '@/api/types'
import { applyFix } from '@/graph/fixes'

import { useSession } from '../session/context'

/** The repairs a finding proposes, one click each. */
export function FixButtons({ diagnostic }: { diagnostic: Diagnostic }) {
  const session = useSession()
  const fixes = (diagnostic.fixes ?? []).flatMap((fix) => {
    const edit = () => applyFix(session.store.getState().document, fix)
    return edit() ? [{ title: fix.title, apply: () => session.apply(edit()) }] : []
  })
  return fixes.map((fix, index) => (
    <Button
      key={fix.title}
      variant={index === 0 ? 'light' : 'default'}
      onClick={(event) => {
        event.stopPropagation()
        fix.apply()
      }}
      data-testid={`fix-${diagnostic.code}-${index}`}
    >
      {fix.title}
    </Button>
  ))
}
