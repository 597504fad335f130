import { QueryClient } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

import { keys } from '@/api/keys'
import { renderWith } from '@/components/testing'

import { InboxPage } from './InboxPage'

test('it is asked for anew whenever it is opened, however fresh what is known may be', async () => {
  const asked = vi.fn<(request: Request) => Promise<Response>>(() => Promise.resolve(new Response('{"approvals":[]}')))
  vi.stubGlobal('fetch', asked)
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(keys.approvals, [])
  renderWith(<InboxPage />, client)
  expect(screen.getByTestId('empty-state').textContent).toContain('Nothing waits for you')
  await waitFor(() => expect(asked.mock.calls.map(([request]) => new URL(request.url).pathname)).toEqual(['/api/approvals']))
})
