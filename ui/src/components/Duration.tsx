import { formatDuration } from './format'
import { useRunningNow } from './useNow'

/** How long something took; without an end it is still going on and the number grows. */
export function Duration({ from, to }: { from: string; to?: string | undefined }) {
  const now = useRunningNow(200, to === undefined)
  const end = to === undefined ? Math.max(now, Date.parse(from)) : Date.parse(to)
  return <span style={{ fontVariantNumeric: 'tabular-nums' }}>{formatDuration(end - Date.parse(from))}</span>
}
