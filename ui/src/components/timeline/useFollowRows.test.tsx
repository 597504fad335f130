import { act, renderHook } from '@testing-library/react'
import { expect, test } from 'vitest'

import { attempt, execution, step, timeout } from './fixtures'
import { rowsOf, type Row } from './rows'
import { useFollowRows } from './useFollowRows'

/** Two hundred steps, one after the other; the one at `at` runs, or failed. */
function rows(at: number, how: 'running' | 'completed' | 'failed'): readonly Row[] {
  const steps = Array.from({ length: 200 }, (_, index) => {
    const times = { queued: index * 10, started: index * 10, ended: index * 10 + 9 }
    if (index > at) return step(`s${index}`, index + 1, [])
    if (index < at || how === 'completed') return step(`s${index}`, index + 1, [attempt(1, times)])
    return step(`s${index}`, index + 1, [how === 'failed' ? attempt(1, times, { status: 'failed', failure: timeout }) : attempt(1, { queued: index * 10, started: index * 10 })])
  })
  return rowsOf(execution(how, steps, how === 'running' ? undefined : 3_000)).rows
}

function follow() {
  const element = document.createElement('div')
  Object.defineProperty(element, 'clientHeight', { value: 400 })
  element.scrollTo = ((to: { top: number }) => void (element.scrollTop = to.top)) as never
  const hook = renderHook(({ list, active, selected }: { list: readonly Row[]; active: boolean; selected?: string }) => useFollowRows({ current: element }, list, 20, active, selected), {
    initialProps: { list: rows(150, 'running'), active: true } as { list: readonly Row[]; active: boolean; selected?: string },
  })
  return { element, hook }
}

test('when it has ended the view is not left in the middle', () => {
  const { element, hook } = follow()
  expect(element.scrollTop).toBe(2_800)
  hook.rerender({ list: rows(199, 'completed'), active: false })
  expect(element.scrollTop).toBe(0)
})

test('what is selected stays in view', () => {
  const { element, hook } = follow()
  hook.rerender({ list: rows(199, 'completed'), active: false, selected: 's145' })
  expect(element.scrollTop).toBe(2_800)
})

test('when it failed the failed step is in view', () => {
  const { element, hook } = follow()
  element.scrollTop = 0
  hook.rerender({ list: rows(120, 'failed'), active: false })
  expect(element.scrollTop).toBe(2_200)
})

test('who looked elsewhere stays there', () => {
  const { element, hook } = follow()
  element.scrollTop = 500
  act(() => hook.result.current.onScroll())
  hook.rerender({ list: rows(199, 'completed'), active: false })
  expect(element.scrollTop).toBe(500)
})
