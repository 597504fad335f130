import { Tooltip } from '@mantine/core'

import { formatMoment, formatRelative } from './format'
import { useNow } from './useNow'

/** When something happened, in words that stay true; the exact moment on hover. */
export function RelativeTime({ at, prefix }: { at: string; prefix?: string }) {
  const now = useNow(10_000)
  const time = Date.parse(at)
  return (
    <Tooltip label={formatMoment(time)}>
      <time dateTime={at}>
        {prefix && `${prefix} `}
        {formatRelative(time, Math.max(now, time))}
      </time>
    </Tooltip>
  )
}
