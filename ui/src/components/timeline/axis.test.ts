import { describe, expect, test } from 'vitest'

import { FOLD_WIDTH, fitScale, makeAxis, ticksOf } from './axis'
import { attempt, execution, instant, step, ZERO } from './fixtures'
import { busySpans, longGaps } from './gaps'
import { rowsOf } from './rows'

describe('gaps', () => {
  const run = (...times: [number, number][]) => {
    const steps = times.map(([started, ended], index) =>
      step(`s${index}`, index + 1, [attempt(1, { queued: started, started, ended })]),
    )
    const { rows } = rowsOf(execution('completed', steps, Math.max(...times.map(([, ended]) => ended))))
    return busySpans(rows)
  }

  test('spans in which something ran are merged', () => {
    expect(run([0, 100], [50, 200], [200, 250], [400, 500])).toEqual([
      { start: ZERO, end: ZERO + 250 },
      { start: ZERO + 400, end: ZERO + 500 },
    ])
  })

  test('the longest are folded until the bars have a third of the room', () => {
    const s = 1_000_000
    // 40 s busy in all; the gaps take 2, 10 and 18, then 1,000 to the end.
    const busy = run([0, 10 * s], [12 * s, 20 * s], [30 * s, 42 * s], [60 * s, 70 * s])
    expect(longGaps(busy, ZERO, ZERO + 1_070 * s)).toEqual([{ start: ZERO + 70 * s, end: ZERO + 1_070 * s }])
    // 4 s busy; gaps of 2, 6 and 12: without the longest there is room enough.
    expect(longGaps(run([0, s], [3 * s, 4 * s], [10 * s, 11 * s], [23 * s, 24 * s]), ZERO, ZERO + 24 * s)).toEqual([
      { start: ZERO + 11 * s, end: ZERO + 23 * s },
    ])
  })

  test('nothing shorter than a second is folded, however little ran', () => {
    const busy = run([0, 1_000], [951_000, 952_000])
    expect(longGaps(busy, ZERO, ZERO + 952_000)).toEqual([])
    expect(longGaps(busy, ZERO, ZERO + 1_953_000)).toEqual([{ start: ZERO + 952_000, end: ZERO + 1_953_000 }])
  })

  test('a wait that goes on is no gap, one that is over is, and so is an interruption', () => {
    const waits = (times: { ended?: number }) => {
      const one = step('w', 1, [attempt(1, { queued: 5, started: 5, ...times })], { kind: 'wait' })
      return busySpans(rowsOf(execution('running', [one])).rows)
    }
    expect(waits({})).toEqual([{ start: ZERO + 5, end: Infinity }])
    expect(waits({ ended: 900 })).toEqual([])
    const interrupted = [{ started_at: instant(10), taken_up_at: instant(700) }]
    const again = attempt(1, { queued: 5, started: 720, ended: 900 }, { interrupted })
    expect(busySpans(rowsOf(execution('running', [step('a', 1, [again])])).rows)).toEqual([{ start: ZERO + 720, end: ZERO + 900 }])
  })

  test('nothing is folded while the bars have room', () => {
    expect(longGaps(run([0, 100], [300, 400]), ZERO, ZERO + 500)).toEqual([])
  })

  test('when nothing ran there is nothing to make room for', () => {
    expect(longGaps([], ZERO, ZERO + 1e9)).toEqual([])
  })

  test('at most a dozen gaps are folded, the longest', () => {
    const busy = Array.from({ length: 40 }, (_, index) => ({
      start: index * 1e7 + index,
      end: index * 1e7 + index + 1,
    }))
    const gaps = longGaps(busy, 0, 4e8)
    expect(gaps).toHaveLength(12)
    expect(gaps.map((gap) => gap.start)).toEqual(gaps.map((gap) => gap.start).toSorted((a, b) => a - b))
  })
})

describe('axis', () => {
  const gap = { start: ZERO + 100, end: ZERO + 1_000_100 }
  const axis = makeAxis(ZERO, ZERO + 1_000_300, [gap], 2)

  test('a fold is as wide as it always is, the rest to scale', () => {
    expect(axis.width).toBeCloseTo(200 + FOLD_WIDTH + 400)
    expect(axis.folds).toEqual([{ ...gap, x0: 200, x1: 200 + FOLD_WIDTH }])
    expect(axis.x(ZERO + 50)).toBeCloseTo(100)
    expect(axis.x(ZERO + 1_000_200)).toBeCloseTo(200 + FOLD_WIDTH + 200)
  })

  test.each([0, 1, 99, 100, 500_000, 1_000_100, 1_000_299])('pixel and back is the same instant (%d)', (offset) =>
    expect(axis.at(axis.x(ZERO + offset)) - ZERO).toBeCloseTo(offset, 3),
  )

  test('past a fold at the end it goes on in the scale of the rest', () => {
    const waiting = makeAxis(ZERO, ZERO + 3_600_000_000, [{ start: ZERO + 100, end: ZERO + 3_600_000_000 }], 5)
    expect(waiting.at(waiting.width + 50) - waiting.end).toBeCloseTo(10, 3)
    expect(waiting.x(waiting.end + 10)).toBeCloseTo(waiting.width + 50)
    // Not one for each of the microseconds that a fold's pixels stand for.
    expect(ticksOf(waiting, 0, waiting.width + 500).length).toBeLessThan(20)
  })

  test('an execution that has only just begun has an axis too', () => {
    const empty = makeAxis(ZERO, ZERO, [], 3)
    expect(empty.x(ZERO + 10)).toBeCloseTo(30)
  })

  test('everything fits when fitted, folds included', () => {
    const scale = fitScale(ZERO, ZERO + 1_000_300, [gap], 800)
    expect(makeAxis(ZERO, ZERO + 1_000_300, [gap], scale).width).toBeCloseTo(800)
  })
})

describe('ticks', () => {
  test('stand at round offsets and never closer than their labels are wide', () => {
    const axis = makeAxis(ZERO, ZERO + 15_200_000, [], fitScale(ZERO, ZERO + 15_200_000, [], 800))
    const ticks = ticksOf(axis, 0, 800)
    expect(ticks.map((tick) => tick.label)).toEqual(['0 s', '2 s', '4 s', '6 s', '8 s', '10 s', '12 s', '14 s'])
  })

  test('0.4 ms read as microseconds', () => {
    const axis = makeAxis(ZERO, ZERO + 400, [], 2)
    expect(ticksOf(axis, 0, 860).map((tick) => tick.label)).toEqual([
      '0 µs',
      '50 µs',
      '100 µs',
      '150 µs',
      '200 µs',
      '250 µs',
      '300 µs',
      '350 µs',
      '400 µs',
    ])
  })

  test('close to the start of a long execution the unit is small', () => {
    const axis = makeAxis(ZERO, ZERO + 3_600_000_000, [], 0.1)
    expect(ticksOf(axis, 0, 345).map((tick) => tick.label)).toEqual(['0 ms', '1 ms', '2 ms', '3 ms'])
  })

  test('no label is cut off at the edge or stands under the length of a fold', () => {
    const axis = makeAxis(ZERO, ZERO + 400, [], 2)
    expect(ticksOf(axis, 0, 820).at(-1)).toEqual({ x: 800, label: '' })
    const folded = makeAxis(ZERO, ZERO + 1_000_700, [{ start: ZERO + 10, end: ZERO + 1_000_010 }], 1)
    expect(ticksOf(folded, 0, 764).map((tick) => tick.label)).not.toContain('0 s')
  })

  test('none stands inside a fold', () => {
    const axis = makeAxis(ZERO, ZERO + 1_000_300, [{ start: ZERO + 100, end: ZERO + 1_000_100 }], 2)
    const [fold] = axis.folds
    const inside = ticksOf(axis, 0, 700).filter((tick) => tick.x > (fold?.x0 ?? 0) + 1 && tick.x < (fold?.x1 ?? 0) - 1)
    expect(inside).toEqual([])
  })

  test('their number is bounded by the room, however long the execution', () => {
    const axis = makeAxis(ZERO, ZERO + 1e13, [], 20)
    expect(ticksOf(axis, 1e9, 1000).length).toBeLessThan(20)
  })
})
