//! One call to the backend: address, token, lossless JSON both ways, errors as `ApiError`.

import { ApiError } from './errors'
import { baseUrl, bearerToken } from './host'
import { parseAnswer, toJson } from './json'

export type CallOptions = {
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  signal?: AbortSignal
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await send(method, path, options)
  const text = await response.text()
  if (!response.ok) throw errorFrom(response.status, text)
  return (text === '' ? undefined : parseAnswer(text)) as T
}

/** The text of an answer as it came, for values that must not be parsed. */
export async function callText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await send('GET', path, { ...(signal && { signal }) })
  const text = await response.text()
  if (!response.ok) throw errorFrom(response.status, text)
  return text
}

async function send(method: string, path: string, { query, body, signal }: CallOptions): Promise<Response> {
  const url = new URL(baseUrl + path)
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') url.searchParams.set(key, String(value))
  }
  const headers = new Headers({ Accept: 'application/json' })
  const token = bearerToken()
  if (token) headers.set('Authorization', `Bearer ${token}`)
  const init: RequestInit = { method, headers }
  if (signal) init.signal = signal
  if (body !== undefined) {
    headers.set('Content-Type', 'application/json')
    init.body = toJson(body)
  }
  try {
    return await fetch(url, init)
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError('Heddle’s backend does not answer.', 'unreachable', 0)
  }
}

function errorFrom(status: number, text: string): ApiError {
  try {
    const { code, message, details } = parseAnswer(text) as { code?: unknown; message?: unknown; details?: unknown }
    if (typeof code === 'string' && typeof message === 'string') return new ApiError(message, code, status, details)
  } catch {
    // Not JSON: something between us and the backend answered. Its status is all there is to say.
  }
  return new ApiError(`The backend answered with status ${status}.`, 'http', status, text.slice(0, 500))
}
