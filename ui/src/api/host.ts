//! Where the backend is. In the window it answers on the custom scheme and needs no token; in a browser it is the
//! server that served this page, and wants the token that `heddle serve` printed.

import { convertFileSrc } from '@tauri-apps/api/core'

const TOKEN_KEY = 'heddle.token'

/** Whether this page runs inside the desktop window. */
export const inWindow: boolean = '__TAURI_INTERNALS__' in window

/** The address in front of `/api/…`: `heddle://localhost` (on Windows `http://heddle.localhost`), or this origin. */
export const baseUrl: string = inWindow ? convertFileSrc('', 'heddle').replace(/\/$/, '') : window.location.origin

let token: string | null = inWindow ? null : takeToken()

/** The bearer token for the browser door, if this tab has one. */
export function bearerToken(): string | null {
  return token
}

/** Accepts a token typed or pasted by a person, or the whole address that holds it. */
export function setBearerToken(text: string): void {
  token = tokenIn(text) ?? text.trim()
  sessionStorage.setItem(TOKEN_KEY, token)
}

/** `http://127.0.0.1:4319/#token=abc` → `abc`. */
export function tokenIn(address: string): string | null {
  const hash = address.indexOf('#')
  return hash < 0 ? null : new URLSearchParams(address.slice(hash + 1)).get('token')
}

/** Takes the token out of the address and accepts it; `null` when the address has none. */
export function acceptTokenInAddress(): string | null {
  const found = tokenFromAddress()
  if (found) token = found
  return found
}

/** The token of the address, else the one this tab was given before. */
function takeToken(): string | null {
  return tokenFromAddress() ?? sessionStorage.getItem(TOKEN_KEY)
}

/** Takes the token out of the address once, so that it is neither copied along nor kept in the history. */
function tokenFromAddress(): string | null {
  const found = tokenIn(window.location.hash)
  if (!found) return null
  sessionStorage.setItem(TOKEN_KEY, found)
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return found
}
