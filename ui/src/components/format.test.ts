import { expect, test } from 'vitest'

import { formatBytes, formatCost, formatDuration, formatRelative, plainText, plural } from './format'

test.each([
  [0.2, '< 1 ms'],
  [840, '840 ms'],
  [2_340, '2.3 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [59_600, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [7_620_000, '2 h 07 min'],
  [100 * 3_600_000, '4 d 4 h'],
  [-5, '–'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [3_000, 'just now'],
  [42_000, '42 s ago'],
  [5 * 60_000, '5 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [24 * 3_600_000, 'yesterday'],
  [3 * 24 * 3_600_000, '3 days ago'],
])('%d ms before noon was %s', (ago, text) => {
  const noon = new Date(2026, 10, 21, 12).getTime()
  expect(formatRelative(noon - ago, noon)).toBe(text)
})

test('old times are dates, with the year when it is another', () => {
  const now = new Date(2026, 10, 21, 12).getTime()
  expect(formatRelative(new Date(2026, 2, 12).getTime(), now)).toBe('12 Mar')
  expect(formatRelative(new Date(2024, 2, 12).getTime(), now)).toBe('12 Mar 2024')
})

test('sizes, sums and counts', () => {
  expect(formatBytes(999)).toBe('999 B')
  expect(formatBytes(1_400)).toBe('1.4 KiB')
  expect(formatBytes(1_023 * 1_024)).toBe('1023 KiB')
  expect(formatBytes(1_024 ** 2 - 1)).toBe('1.0 MiB')
  expect(formatBytes(10_737_418_240)).toBe('10 GiB')
  expect(formatCost(0.0042)).toBe('$0.004')
  expect(formatCost(0.0002)).toBe('< $0.001')
  expect(plural(1, 'step')).toBe('1 step')
  expect(plural(1_200, 'try', 'tries')).toBe('1,200 tries')
})

test.each([
  ['The same as *IT ticket triage*, with `code`.', 'The same as IT ticket triage, with code.'],
  ['# Title\n\n- **bold** item\n- see [docs](https://x.example/a_b)', 'Title bold item see docs'],
  ['2 * 3 * 4 and snake_case_name', '2 * 3 * 4 and snake_case_name'],
])('%j reads %j', (markdown, text) => {
  expect(plainText(markdown)).toBe(text)
})
