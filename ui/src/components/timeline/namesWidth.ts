import type { Row } from './rows'

/** Widths in pixels; of text about, in the timeline's fonts. */
const LETTER = 6.9
const SMALL_LETTER = 6
const INDENT = 14
/** Around a row: its edges, its status, its duration and the gaps between them. */
const ROUND = 22 + 21 + 76
const FOLD = 20
const TAG = 20
/** Where there is little room for the lanes. */
const NARROW = 640

/** How wide the column of names is: as the names need, but never so wide that little is left for the lanes. */
export function namesWidthOf(rows: readonly Row[], outer: number): number {
  const narrow = outer > 0 && outer < NARROW
  const least = narrow ? 184 : 224
  const most = narrow ? Math.max(least, outer * 0.44) : Math.min(360, outer / 3)
  let needed = least
  for (const { name, depth, within } of rows) {
    if (needed >= most) break
    const counts = within ? String(within.total).length + ((within.counts['failed'] ?? 0) > 0 ? 12 : 2) : 0
    const tags = within ? FOLD + TAG + counts * SMALL_LETTER : 0
    needed = Math.max(needed, ROUND + depth * INDENT + name.length * LETTER + tags)
  }
  // In steps, so that a digit more does not move everything.
  return Math.max(least, Math.min(Math.ceil(needed / 8) * 8, Math.floor(most)))
}
