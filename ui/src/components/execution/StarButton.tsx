import { ActionIcon, Tooltip } from '@mantine/core'
import { Star } from 'lucide-react'

import { starExecution } from '@/api/executions'
import { attempt } from '@/components/notify'

type Props = { id: string; starred: boolean; size?: number; tabIndex?: number }

/** Keeps an execution for good, or lets it go with the others again. */
export function StarButton({ id, starred, size = 15, tabIndex }: Props) {
  return (
    <Tooltip label={starred ? 'Starred: kept for good. Press to let it go with the others' : 'Star: keep it for good'}>
      <ActionIcon
        aria-label="Keep this execution for good"
        aria-pressed={starred}
        {...(tabIndex !== undefined && { tabIndex })}
        onClick={() => void attempt('The star was not changed', () => starExecution(id, !starred))}
        data-testid={`execution-star-${id}`}
      >
        <Star size={size} {...(starred && { fill: 'var(--warn)', color: 'var(--warn)' })} />
      </ActionIcon>
    </Tooltip>
  )
}
