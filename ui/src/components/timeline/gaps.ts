import type { Row } from './rows'

/** A stretch of time, in microseconds since 1970. */
export interface Span {
  start: number
  end: number
}

/** Bars keep at least a third of the room: gaps are folded while they take more than this times what the bars take. */
const IDLE_SHARE = 2
/** A gap shorter than this part of all the bars is not worth a zigzag, */
const LEAST = 0.2
/** nor is one that nobody would call long: a second, in microseconds. */
const LEAST_MICROS = 1_000_000
/** More zigzags than this would be noise. */
const MOST = 12

/**
 * The times in which at least one agent was at work, merged and in order. What still runs has no end: infinity. A wait
 * step is at work while it waits, so that its bar is seen to grow; once it is over, it is idle time like any other.
 */
export function busySpans(rows: readonly Row[]): Span[] {
  const spans: Span[] = []
  for (const row of rows) {
    for (const segment of row.segments) {
      const busy = segment.kind === 'running' || (segment.kind === 'waiting' && segment.outcome === 'open')
      if (busy && row.within?.open !== true) spans.push({ start: segment.start, end: segment.end ?? Infinity })
    }
  }
  spans.sort((a, b) => a.start - b.start)

  const merged: Span[] = []
  for (const span of spans) {
    const last = merged.at(-1)
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else merged.push({ ...span })
  }
  return merged
}

/**
 * The gaps between `origin` and `end` in which no agent was at work and that are too long to draw, in order: waits, pauses before
 * a retry, the time between a crash and the restart. Folded, they leave the room to the bars that carry the information.
 *
 * The longest go first, until the bars have a third of the room. An execution in which nothing ran at all has no folds:
 * there is nothing to make room for.
 */
export function longGaps(busy: readonly Span[], origin: number, end: number): Span[] {
  const total = busy.reduce((sum, span) => sum + Math.max(0, Math.min(span.end, end) - span.start), 0)
  if (total <= 0) return []
  const gaps: Span[] = []
  let from = origin
  for (const span of busy) {
    if (span.start > from) gaps.push({ start: from, end: span.start })
    from = Math.max(from, span.end)
  }
  if (end > from) gaps.push({ start: from, end })

  let idle = gaps.reduce((sum, gap) => sum + gap.end - gap.start, 0)
  const folded: Span[] = []
  for (const gap of gaps.sort((a, b) => b.end - b.start - (a.end - a.start))) {
    const length = gap.end - gap.start
    if (idle <= total * IDLE_SHARE || length < Math.max(total * LEAST, LEAST_MICROS) || folded.length === MOST) break
    folded.push(gap)
    idle -= length
  }
  return folded.sort((a, b) => a.start - b.start)
}
