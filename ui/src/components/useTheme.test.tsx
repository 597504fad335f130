import { QueryClient } from '@tanstack/react-query'
import { screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { keys } from '@/api/keys'
import { setWindowColour, setWindowTheme } from '@/desktop/window'

import { renderWith } from './testing'
import { useKeptTheme, useTheme } from './useTheme'

vi.mock('@/desktop/window', () => ({ setWindowColour: vi.fn<(colour: string) => void>(), setWindowTheme: vi.fn<(theme: string) => void>() }))

function Shell() {
  useKeptTheme()
  const { choose } = useTheme()
  return (
    <button type="button" onClick={() => choose('light')}>
      Light
    </button>
  )
}

test('the window takes the kept theme over, and its colour with every theme that is chosen', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })))
  const root = document.documentElement
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  client.setQueryData(keys.settings, { 'ui.theme': 'dark' })
  root.style.setProperty('--bg', '#0e1014')
  renderWith(<Shell />, client)
  expect(setWindowTheme).toHaveBeenLastCalledWith('dark')
  await waitFor(() => expect(setWindowColour).toHaveBeenLastCalledWith('#0e1014'))
  root.style.setProperty('--bg', '#f4f5f8')
  await userEvent.click(screen.getByRole('button'))
  expect(setWindowTheme).toHaveBeenLastCalledWith('light')
  await waitFor(() => expect(setWindowColour).toHaveBeenLastCalledWith('#f4f5f8'))
})
