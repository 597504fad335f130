import { expect, test } from 'vitest'

import type { ExecutionStatus, RunMode } from '@/api/types'

import { runToShow } from './reattach'

const run = (id: string, status: ExecutionStatus, mode: RunMode = 'test') => ({ id, status, mode })
const shown = (runs: ReturnType<typeof run>[], watchedLast: string | null = null) => runToShow(runs, watchedLast)?.id

test('the newest test run that is under way is shown', () => {
  expect(shown([run('c', 'completed'), run('b', 'paused'), run('a', 'running')])).toBe('b')
})

test('a run for real is shown where it was begun, not in every editor', () => {
  const runs = [run('b', 'running', 'live'), run('a', 'completed')]
  expect(shown(runs)).toBeUndefined()
  expect(shown(runs, 'b')).toBe('b')
})

test('a run that ended while the page was away is shown in the tab that watched it', () => {
  const runs = [run('b', 'completed'), run('a', 'failed')]
  expect(shown(runs)).toBeUndefined()
  expect(shown(runs, 'a')).toBe('a')
})

test('what is under way comes before what was watched last', () => {
  expect(shown([run('b', 'paused'), run('a', 'failed')], 'a')).toBe('b')
})

test('a run that has been deleted is not asked for', () => {
  expect(shown([run('b', 'completed')], 'gone')).toBeUndefined()
})
