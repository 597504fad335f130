import { formatDuration, parseMicros } from '@/components/timeline/time'
import { useRunningNow } from '@/components/useNow'

/** The time from one instant to another; without the second it goes on and the number grows. */
export function Elapsed({ from, to }: { from: string; to?: string | undefined }) {
  const now = useRunningNow(100, to === undefined) * 1000
  const start = parseMicros(from) ?? now
  return (
    <span style={{ fontVariantNumeric: 'tabular-nums' }}>
      {formatDuration(Math.max(0, (parseMicros(to) ?? now) - start))}
    </span>
  )
}
