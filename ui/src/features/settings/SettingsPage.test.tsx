import { QueryClient } from '@tanstack/react-query'
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'

import { keys } from '@/api/keys'
import { renderWith } from '@/components/testing'

import { SettingsPage } from './SettingsPage'

afterEach(() => vi.unstubAllGlobals())

test('changes that were not saved are not left behind without a word', async () => {
  vi.stubGlobal('fetch', () => new Promise<Response>(() => undefined))
  const root = createRootRoute()
  const router = createRouter({
    history: createMemoryHistory({ initialEntries: ['/settings'] }),
    routeTree: root.addChildren([
      createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsPage }),
      createRoute({ getParentRoute: () => root, path: '/inbox', component: () => 'elsewhere' }),
    ]),
  })
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  client.setQueryData(keys.settings, {})
  client.setQueryData(keys.health, { version: '1' })
  renderWith(<RouterProvider router={router as never} />, client)
  await userEvent.type(await screen.findByTestId('provider-model'), 'm')
  await userEvent.click(screen.getByTestId('pool-add'))

  void router.navigate({ to: '/inbox' as never })
  await screen.findByText(/Your changes to the language models and the pools have not been saved/)
  await userEvent.click(screen.getByTestId('leave-stay'))
  expect(screen.getByTestId<HTMLInputElement>('provider-model').value).toBe('m')

  await userEvent.clear(screen.getByTestId('provider-model'))
  await userEvent.click(screen.getByTestId('pool-remove-0'))
  void router.navigate({ to: '/inbox' as never })
  await waitFor(() => expect(screen.getByText('elsewhere')).toBeTruthy())
})
