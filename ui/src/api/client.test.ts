import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { answer, client } from './client'
import { ApiError, diagnosticsOf, inputProblemsOf } from './errors'
import { isLossless, parseJson, toJson } from './json'

const fetched = vi.fn<(request: Request) => Promise<Response>>()

beforeEach(() => {
  fetched.mockReset()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => vi.unstubAllGlobals())

const health = () => answer(client.GET('/api/health'))
const failure = (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => error)

test('numbers arrive as they were written, and plain where the type is ours', async () => {
  fetched.mockResolvedValue(new Response('{"agent":{"kind":"script","config":{"n":12345678901234567890}},"x":1.0}'))
  const { agent, ...rest } = await answer(client.PUT('/api/agents/{id}', { params: { path: { id: 'a' } }, body: { kind: 'script', config: {} } }))
  expect(isLossless(agent.config['n'])).toBe(true)
  expect(rest).toEqual({ x: 1 })
})

test('numbers leave as they were written', async () => {
  fetched.mockResolvedValue(new Response('{}'))
  const input = parseJson('{"big":12345678901234567890,"one":1.0}')
  await client.POST('/api/workflows/{id}/execute', { params: { path: { id: 'w/1' } }, body: { input } })
  const request = fetched.mock.calls[0]?.[0]
  expect(request?.url).toMatch(/\/api\/workflows\/w%2F1\/execute$/)
  expect(await request?.text()).toBe('{"input":{"big":12345678901234567890,"one":1.0}}')
})

test('an empty answer is nothing', async () => {
  fetched.mockResolvedValue(new Response(null, { status: 204 }))
  expect(await answer(client.DELETE('/api/agents/{id}', { params: { path: { id: 'a' } } }))).toBeUndefined()
})

test('an error of the backend keeps its code, message and details', async () => {
  const details = { diagnostics: [{ code: 'cycle', severity: 'error', message: 'a → a', steps: ['a'], fixes: [] }] }
  fetched.mockImplementation(async () =>
    new Response(toJson({ code: 'workflow_has_errors', message: 'Mend it first.', details }), { status: 422 }),
  )
  const error = (await failure(health())) as ApiError
  expect(error).toBeInstanceOf(ApiError)
  expect([error.code, error.message, error.status]).toEqual(['workflow_has_errors', 'Mend it first.', 422])
  expect(diagnosticsOf(error)).toEqual(details.diagnostics)
  expect(inputProblemsOf(error)).toEqual([])
})

test('an error that is not the backend’s says its status', async () => {
  fetched.mockResolvedValue(new Response('<h1>Bad gateway</h1>', { status: 502 }))
  expect(await failure(health())).toMatchObject({ code: 'http', status: 502 })
})

test('no answer at all is unreachable; a call given up is not', async () => {
  fetched.mockRejectedValue(new TypeError('Failed to fetch'))
  expect(await failure(health())).toMatchObject({ code: 'unreachable', unreachable: true })

  const stop = new AbortController()
  stop.abort()
  expect(await failure(client.GET('/api/health', { signal: stop.signal }))).not.toBeInstanceOf(ApiError)
})
