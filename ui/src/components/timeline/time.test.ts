import { describe, expect, test } from 'vitest'

import { formatDuration, formatExact, formatRough, formatSince, formatTick, parseMicros, tickStep } from './time'

test.each([
  [412, '412 µs'],
  [1_553_000_000, '25 min'],
  [93_600_000_000, '1 d'],
])('%d is roughly %s', (micros, text) => expect(formatRough(micros)).toBe(text))

describe('parseMicros', () => {
  const zero = Date.UTC(2026, 10, 20, 12) * 1000
  test.each([
    ['2026-11-20T12:00:00Z', 0],
    ['2026-11-20T12:00:00.000001Z', 1],
    ['2026-11-20T12:00:00.5Z', 500_000],
    ['2026-11-20T12:00:00.123456789Z', 123_456],
    ['2026-11-20T13:30:00+01:30', 0],
    ['2026-11-20T10:00:00.25-02:00', 250_000],
  ])('%s', (text, offset) => expect(parseMicros(text)).toBe(zero + offset))

  test.each(['', 'yesterday', '2026-11-20', '2026-11-20T12:00:00'])('%j is no instant', (text) =>
    expect(parseMicros(text)).toBeUndefined(),
  )
})

test.each([
  [0, '0 µs'],
  [412, '412 µs'],
  [999, '999 µs'],
  [1_000, '1.0 ms'],
  [4_123, '4.1 ms'],
  [9_949, '9.9 ms'],
  [9_951, '10 ms'],
  [999_499, '999 ms'],
  [999_600, '1.0 s'],
  [2_345_678, '2.3 s'],
  [59_949_999, '59.9 s'],
  [59_960_000, '1 min'],
  [134_000_000, '2 min 14 s'],
  [3_599_600_000, '1 h'],
  [3_840_000_000, '1 h 04 min'],
  [183_600_000_000, '2 d 03 h'],
  [-5, '0 µs'],
])('formatDuration(%d) is %s', (micros, text) => expect(formatDuration(micros)).toBe(text))

test.each([
  [412, '412 µs'],
  [4_120, '4.12 ms'],
  [2_000_000, '2 s'],
  [2_345_678, '2.345678 s'],
  [134_500_000, '2 min 14.5 s'],
  [3_840_000_000, '1 h 4 min 0 s'],
])('formatExact(%d) is %s', (micros, text) => expect(formatExact(micros)).toBe(text))

test.each([
  [0.3, 1],
  [3, 5],
  [70, 100],
  [1_300, 2_000],
  [2_600_000, 5_000_000],
  [5_100_000, 10_000_000],
  [11_000_000, 15_000_000],
  [31_000_000, 60_000_000],
  [3_000_000_000, 3_600_000_000],
  [1_000_000_000_000, 1_209_600_000_000],
])('ticks at least %d µs apart are %d µs apart', (least, step) => expect(tickStep(least)).toBe(step))

test.each([
  [412, 900_000, '+0.412 ms'],
  [2_300_050, 15_000_000, '+2.300 s'],
  [7_454_200_000, 7_460_000_000, '+2:04:14.200'],
])('%d of %d since the start is %s', (offset, last, text) => expect(formatSince(offset, last)).toBe(text))

test.each([
  // offset, step, last → label
  [3_000_000, 1_000_000, 15_000_000, '3 s'],
  [3_500_000, 500_000, 15_000_000, '3.5 s'],
  [400, 100, 900, '400 µs'],
  [400, 100, 3_000, '0.4 ms'],
  [12_345_670, 10, 15_000_000, '12.34567 s'],
  [90_000_000, 30_000_000, 300_000_000, '1:30'],
  [90_500_000, 500_000, 300_000_000, '1:30.5'],
  [3_720_000_000, 60_000_000, 7_200_000_000, '1:02:00'],
  // Too fine for the unit of the last one: its own.
  [3_440, 20, 233_000_000, '3.44 ms'],
  [50_000, 10_000, 233_000_000, '50 ms'],
  [660, 20, 233_000_000, '660 µs'],
  [152_000, 1_000, 1_470_000, '152 ms'],
])('a tick at %d, step %d, last %d is %s', (offset, step, last, label) =>
  expect(formatTick(offset, step, last)).toBe(label),
)
