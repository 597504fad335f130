//! Times, durations and sizes in words.

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `840 ms`, `2.3 s`, `14 s`, `3 min 05 s`, `2 h 07 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–'
  if (ms < 1) return '< 1 ms'
  if (ms < SECOND) return `${Math.round(ms)} ms`
  if (ms < 9_950) return `${(ms / SECOND).toFixed(1)} s`
  if (ms < MINUTE - 500) return `${Math.round(ms / SECOND)} s`
  if (ms < HOUR - 500) {
    const seconds = Math.round(ms / SECOND)
    return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`
  }
  if (ms < DAY - MINUTE / 2) {
    const minutes = Math.round(ms / MINUTE)
    return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
  }
  const hours = Math.round(ms / HOUR)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** `just now`, `4 min ago`, `yesterday`, `12 Mar`, `12 Mar 2024`. `now` and `at` in milliseconds since 1970. */
export function formatRelative(at: number, now: number): string {
  const ago = now - at
  if (ago < 10 * SECOND) return 'just now'
  if (ago < MINUTE) return `${Math.floor(ago / SECOND)} s ago`
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`
  if (ago < 12 * HOUR) return `${Math.floor(ago / HOUR)} h ago`
  const days = daysBetween(at, now)
  if (days === 0) return `${Math.floor(ago / HOUR)} h ago`
  if (days === 1) return 'yesterday'
  if (days < 7) return `${days} days ago`
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
  if (!sameYear) options.year = 'numeric'
  return new Intl.DateTimeFormat('en-GB', options).format(at)
}

/** `21 November 2026, 14:03:09`, in the person's time zone. */
export function formatMoment(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium' }).format(at)
}

/** `14:03:09`, in the person's time zone. */
export function formatTimeOfDay(at: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(at)
}

/** What sizes are said in, as limits are set: each is 1,024 of the one before. */
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes of the unit by which sizes that people set are said. */
export const GIBIBYTE = 1024 ** 3

/** `512 B`, `1.4 KiB`, `3.2 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`
  let size = bytes / 1_024
  let unit = 0
  while (size >= 1_023.5 && unit < UNITS.length - 1) {
    size /= 1_024
    unit++
  }
  return `${trim(size)} ${UNITS[unit]}`
}

/** `1 step`, `3 steps`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** `$0.004`, `$1.20`; `< $0.001` for less. */
export function formatCost(usd: number): string {
  if (usd === 0) return '$0'
  if (usd < 0.001) return '< $0.001'
  return usd < 0.1 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`
}

/** Markdown as one line of plain text, for places too small for more. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^\s{0,3}(#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, '$2')
    .replace(/(^|[^\w*])\*([^*\s][^*]*)\*/g, '$1$2')
    .replace(/(^|\W)_([^_\s][^_]*)_(?=\W|$)/g, '$1$2')
    .replace(/\s+/g, ' ')
    .trim()
}

function trim(value: number): string {
  return value < 9.95 ? value.toFixed(1) : String(Math.round(value))
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

function daysBetween(a: number, b: number): number {
  return Math.round((midnight(b) - midnight(a)) / DAY)
}

function midnight(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
