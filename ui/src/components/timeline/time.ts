/**
 * Instants and durations of executions, in whole microseconds.
 *
 * The API writes instants as RFC 3339 with microseconds; `Date` would cut them to milliseconds, and a step may well take
 * less than one. Microseconds since 1970 stay exact in a double until the year 2255.
 */

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-]\d{2}:\d{2})$/

/** Microseconds since 1970 of an RFC 3339 instant; finer digits are cut. `undefined` when the text is no instant. */
export function parseMicros(text: string | undefined): number | undefined {
  const match = text === undefined ? null : INSTANT.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'))
  return millis * 1000 + micros - zoneMicros(zone)
}

function zoneMicros(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000_000
}

/** This instant, in microseconds since 1970. */
export const nowMicros = (): number => Date.now() * 1000

const MS = 1_000
const S = 1_000_000
const MIN = 60 * S
const H = 60 * MIN
const DAY = 24 * H

/** A duration for people, with two or three digits that matter: `412 µs`, `4.1 ms`, `2.3 s`, `2 min 14 s`, `1 h 04 min`. */
export function formatDuration(micros: number): string {
  const value = Math.max(0, Math.round(micros))
  if (value < MS) return `${value} µs`
  if (value < 9_950) return `${(value / MS).toFixed(1)} ms`
  if (value < 999_500) return `${Math.round(value / MS)} ms`
  if (value < 59_950_000) return `${(value / S).toFixed(1)} s`
  const seconds = Math.round(value / S)
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(value / MIN)
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(value / H)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A duration in its largest unit alone, for places with room for no more: `25 min`, `2 d`. */
export const formatRough = (micros: number): string => formatDuration(micros).split(' ').slice(0, 2).join(' ')

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${String(small).padStart(2, '0')} ${smallUnit}`
}

/** A duration to the microsecond, for tooltips: `412 µs`, `4.123 ms`, `2.345678 s`, `2 min 14.5 s`. */
export function formatExact(micros: number): string {
  const value = Math.max(0, Math.round(micros))
  if (value < MS) return `${value} µs`
  if (value < S) return `${trimZeros((value / MS).toFixed(3))} ms`
  if (value < MIN) return `${trimZeros((value / S).toFixed(6))} s`
  const minutes = Math.floor(value / MIN)
  const rest = `${trimZeros(((value % MIN) / S).toFixed(6))} s`
  return minutes < 60 ? `${minutes} min ${rest}` : `${Math.floor(minutes / 60)} h ${minutes % 60} min ${rest}`
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** An offset from the start among others up to `last`, all in the same unit so that they align: `+2.300 s`, `+0.412 ms`. */
export function formatSince(offset: number, last: number): string {
  const value = Math.max(0, offset)
  if (last < S) return `+${(value / MS).toFixed(3)} ms`
  if (last < 10 * MIN) return `+${(value / S).toFixed(3)} s`
  const hours = Math.floor(value / H)
  const minutes = String(Math.floor((value % H) / MIN)).padStart(2, '0')
  return `+${hours}:${minutes}:${((value % MIN) / S).toFixed(3).padStart(6, '0')}`
}

/** The local time of day of an instant, to the microsecond: `14:03:21.123456`. */
export function formatClock(micros: number): string {
  const date = new Date(Math.floor(micros / 1000))
  const two = (part: number) => String(part).padStart(2, '0')
  const fraction = String(((micros % S) + S) % S).padStart(6, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${fraction}`
}

/** How far ticks must be apart, at least `least` microseconds: 1-2-5 steps, and the clock's own above a second. */
export function tickStep(least: number): number {
  const wanted = Math.max(1, least)
  if (wanted > 30 * S) {
    const clock = [
      MIN,
      2 * MIN,
      5 * MIN,
      10 * MIN,
      15 * MIN,
      30 * MIN,
      H,
      2 * H,
      3 * H,
      6 * H,
      12 * H,
      DAY,
      2 * DAY,
      7 * DAY,
    ]
    return clock.find((step) => step >= wanted) ?? Math.ceil(wanted / (7 * DAY)) * 7 * DAY
  }
  if (wanted > 5 * S) return [10 * S, 15 * S, 30 * S].find((step) => step >= wanted) ?? 30 * S
  const power = 10 ** Math.floor(Math.log10(wanted))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= wanted - 1e-9) ?? 10 * power
}

/**
 * The label of a tick at `offset` from the start, where ticks are `step` apart and none is later than `last`. All have
 * the unit of the last one, unless the steps are too small for it: then each has its own, `3.44 ms` within an hour.
 */
export function formatTick(offset: number, step: number, last: number): string {
  const fine = last >= 2 * MIN ? S : 10 * MS
  if (last >= S && step < fine && offset > 0 && offset < S) return formatTick(offset, step, offset)
  if (last >= 2 * MIN) return clockTick(offset, step)
  const [unit, name] = last < MS ? [1, 'µs'] : last < S ? [MS, 'ms'] : [S, 's']
  const decimals = Math.max(0, Math.ceil(Math.log10(unit / step) - 1e-9))
  return `${(offset / unit).toFixed(decimals)} ${name}`
}

function clockTick(offset: number, step: number): string {
  const decimals = step >= S ? 0 : Math.min(6, Math.ceil(Math.log10(S / step) - 1e-9))
  const seconds = (offset % MIN) / S
  const tail = seconds.toFixed(decimals).padStart(decimals ? 3 + decimals : 2, '0')
  const minutes = Math.floor(offset / MIN)
  if (minutes < 60) return `${minutes}:${tail}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`
}
