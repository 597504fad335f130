import { QueryClient } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'

import { keys } from '@/api/keys'
import type { WaitingApproval } from '@/api/types'
import { renderWith } from '@/components/testing'

import { InboxPage, overtaken } from './InboxPage'

afterEach(() => vi.unstubAllGlobals())

test('it is asked for anew whenever it is opened, however fresh what is known may be', async () => {
  const asked = vi.fn<(request: Request) => Promise<Response>>(() => Promise.resolve(new Response('{"approvals":[]}')))
  vi.stubGlobal('fetch', asked)
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(keys.approvals, [])
  renderWith(<InboxPage />, client)
  expect(screen.getByTestId('empty-state').textContent).toContain('Nothing waits for you')
  await waitFor(() => expect(asked.mock.calls.map(([request]) => new URL(request.url).pathname)).toEqual(['/api/approvals']))
})

test('a backend that does not answer leaves open whether something waits, and says what was known last', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  client.setQueryData(keys.approvals, [], { updatedAt: new Date(2026, 0, 1, 3, 4, 5).getTime() })
  renderWith(<InboxPage />, client)
  await waitFor(() => expect(screen.getByTestId('empty-state').textContent).toContain('What waits for you is not known'))
  expect(screen.getByTestId('empty-state').textContent).toContain('At 03:04:05 nothing waited')
})

test('what its deadline decided is told from what a person did', () => {
  const asked = (step: string, deadline?: number) => ({ execution: 'e', step, ...(deadline !== undefined && { deadline: new Date(deadline).toISOString() }) }) as WaitingApproval
  const before = [asked('late', 1_000), asked('by a person'), asked('in time', 9_000), asked('still there', 1_000)]
  expect(overtaken(before, [asked('still there', 1_000)], 5_000).map(({ step }) => step)).toEqual(['late'])
})
