import type { Row } from './rows'

/** A stretch of time, in microseconds since 1970. */
export interface Span {
  start: number
  end: number
}

/** A gap is worth folding when it is at least this part of all the time in which something ran. */
const LONG = 0.5
/** More zigzags than this would be noise: only the longest gaps are folded. */
const MOST = 12

/** The times in which at least one agent was at work, merged and in order. What still runs has no end: infinity. */
export function busySpans(rows: readonly Row[]): Span[] {
  const spans: Span[] = []
  for (const row of rows) {
    for (const segment of row.segments) {
      if (segment.kind === 'running') spans.push({ start: segment.start, end: segment.end ?? Infinity })
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
 * The long gaps between `origin` and `end` in which nothing ran, in order: waits, pauses before a retry, the time between
 * a crash and the restart. They are drawn folded, because they would squeeze the bars that carry the information.
 *
 * An execution in which nothing ran at all has no folds: there is nothing to make room for.
 */
export function longGaps(busy: readonly Span[], origin: number, end: number): Span[] {
  const total = busy.reduce((sum, span) => sum + Math.max(0, Math.min(span.end, end) - span.start), 0)
  if (total <= 0) return []
  const gaps: Span[] = []
  let from = origin
  for (const span of busy) {
    if (span.start - from >= total * LONG) gaps.push({ start: from, end: span.start })
    from = Math.max(from, span.end)
  }
  if (end - from >= total * LONG) gaps.push({ start: from, end })
  if (gaps.length <= MOST) return gaps

  const longest = [...gaps].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, MOST)
  return longest.sort((a, b) => a.start - b.start)
}
