import { expect, test } from 'vitest'

import type { ExecutionSummary } from '@/api/types'

import { progressOf, progressText } from './progress'

/** Four steps, of which two completed and one was skipped; when the execution fails, the last one settles as well. */
const at = (status: ExecutionSummary['status'], settled: number) => ({ status, completed_steps: 2, settled_steps: settled, total_steps: 4 })

test('the count does not go back when the execution fails, nor means something else then', () => {
  expect([at('running', 3), at('paused', 3), at('failed', 4), at('cancelled', 4)].map(progressText)).toEqual(['2 of 4', '2 of 4', '2 of 4', '2 of 4'])
})

test('the bar of what completed is full, also when steps were skipped', () => {
  expect(progressOf(at('completed', 4))).toEqual({ done: 2, total: 4, share: 1 })
  expect(progressOf(at('running', 3)).share).toBe(0.5)
  expect(progressOf({ status: 'pending', completed_steps: 0, total_steps: 0 }).share).toBe(0)
})
