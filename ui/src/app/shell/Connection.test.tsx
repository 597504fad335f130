import { act, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Elapsed } from '@/components/execution/Elapsed'
import { renderWith } from '@/components/testing'

import { Connection } from './Connection'

/** What the backend answers; undefined: nothing. */
let backend: ((key: string | null) => Response) | undefined

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  backend = () => Response.json({ version: '1' })
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!backend) throw new TypeError('Failed to fetch')
    return backend(request.headers.get('Authorization'))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))

test('while the backend is away the page says of when it is, and times that ran stand still', async () => {
  vi.setSystemTime(new Date(2026, 0, 1, 3, 0, 0))
  renderWith(
    <Connection>
      <p data-testid="time">
        <Elapsed from={new Date(2026, 0, 1, 2, 59, 50).toISOString()} />
      </p>
    </Connection>,
  )
  await pass(100)
  expect(screen.queryByTestId('connection-lost')).toBeNull()
  backend = undefined
  await pass(2_500)
  expect(screen.getByTestId('connection-lost').textContent).toContain('this is how things stood at 03:00:00')
  expect(document.documentElement.hasAttribute('data-standstill')).toBe(true)
  const then = screen.getByTestId('time').textContent
  await pass(60_000)
  expect(screen.getByTestId('time').textContent).toBe(then)
  backend = () => Response.json({ version: '1' })
  await pass(2_500)
  expect(screen.queryByTestId('connection-lost')).toBeNull()
  expect(screen.getByTestId('time').textContent).not.toBe(then)
})

test('a wrong key is called wrong, and what was typed stays; the right one leads in', async () => {
  vi.useRealTimers()
  backend = (key) => (key === 'Bearer right' ? Response.json({ version: '1' }) : Response.json({ code: 'unauthorized', message: 'no' }, { status: 401 }))
  renderWith(<Connection>in</Connection>)
  await userEvent.type(await screen.findByTestId('token-input'), 'wrong')
  await userEvent.click(screen.getByTestId('token-submit'))
  expect(await screen.findByText(/That is not the key/)).toBeTruthy()
  expect(screen.getByTestId<HTMLInputElement>('token-input').value).toBe('wrong')
  await userEvent.clear(screen.getByTestId('token-input'))
  await userEvent.type(screen.getByTestId('token-input'), 'right')
  await userEvent.click(screen.getByTestId('token-submit'))
  await waitFor(() => expect(screen.getByText('in')).toBeTruthy())
})

test('the printed address opened in the tab that asks for it leads in', async () => {
  vi.useRealTimers()
  backend = (key) => (key === 'Bearer new' ? Response.json({ version: '1' }) : Response.json({ code: 'unauthorized', message: 'no' }, { status: 401 }))
  renderWith(<Connection>in</Connection>)
  await screen.findByTestId('token-input')
  window.location.hash = '#token=new'
  window.dispatchEvent(new HashChangeEvent('hashchange'))
  await waitFor(() => expect(screen.getByText('in')).toBeTruthy())
  expect(window.location.hash).toBe('')
})
