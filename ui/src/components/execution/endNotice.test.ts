import { beforeEach, expect, test, vi } from 'vitest'

import { notifyAway } from '@/desktop/notice'

import { watchForEnd } from './endNotice'

vi.mock('@/desktop/notice', () => ({ notifyAway: vi.fn() }))
beforeEach(() => vi.mocked(notifyAway).mockClear())

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString()
const running = { id: 'exec-1', status: 'running', workflow_name: 'Triage', started_at: at(0) } as const
const completed = { ...running, status: 'completed', completed_at: at(95) } as const

test('the end of a long execution is told once', () => {
  const look = watchForEnd()
  look(running)
  look(completed)
  look({ ...completed })
  expect(vi.mocked(notifyAway).mock.calls).toEqual([['Triage', expect.stringMatching(/^Completed after 1 min 35 s/)]])
})

test('a failure says why', () => {
  const look = watchForEnd()
  look(running)
  const failure = { code: 'agent', message: 'no luck', transient: false, causes: [] } as never
  look({ ...completed, status: 'failed', failure })
  expect(vi.mocked(notifyAway).mock.calls[0]?.[1]).toContain('no luck')
})

test('neither a short one is told, nor one that had ended before it was looked at', () => {
  const look = watchForEnd()
  look(undefined)
  look(completed)
  look(running)
  look({ ...completed, completed_at: at(9) })
  look(running)
  look({ ...completed, id: 'exec-2' })
  expect(notifyAway).not.toHaveBeenCalled()
})
