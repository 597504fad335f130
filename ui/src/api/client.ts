//! The one way to the backend: a client typed by the API's description, with its address, the token, lossless JSON both
//! ways, and every failure an `ApiError`.

import createClient from 'openapi-fetch'

import { markAnswered, markGone } from './backend'
import { ApiError } from './errors'
import { baseUrl, bearerToken } from './host'
import { parseAnswer, toJson } from './json'
import type { paths } from './schema'

export const client = createClient<paths>({ baseUrl, fetch: send, bodySerializer: (body) => toJson(body) })

/** What an answer holds. Failures never get here: {@link send} throws them. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T
}

async function send(request: Request): Promise<Response> {
  const token = bearerToken()
  if (token) request.headers.set('Authorization', `Bearer ${token}`)
  let status: number
  let text: string
  try {
    const response = await fetch(request)
    status = response.status
    text = await response.text()
  } catch (error) {
    if (request.signal.aborted) throw error
    markGone()
    throw new ApiError('Heddle’s backend does not answer.', 'unreachable', 0)
  }
  markAnswered(status)
  if (status >= 400) throw errorFrom(status, text)
  return read(status, text)
}

/** An answer whose JSON is read without loss; the client asks for nothing else of it. */
function read(status: number, text: string): Response {
  const response = new Response(null, { status: 204, headers: { 'Content-Length': String(text.length) } })
  return Object.defineProperties(response, {
    status: { value: text === '' ? 204 : status },
    json: { value: async () => parseAnswer(text) },
    text: { value: async () => text },
  })
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
