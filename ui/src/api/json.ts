//! JSON without loss: what came in goes out again to the letter, big integers and `1.0` included.
//!
//! `JSON.parse` rounds `12345678901234567890` and forgets that `1.0` was not `1`. Here a number that would not print
//! the same again stays a `LosslessNumber`. That is right for what users wrote (configs, samples, inputs) and a nuisance
//! in fields whose type is ours (positions, factors), which the backend may print as `24.0`; those become plain numbers.

import { LosslessNumber, parse, stringify } from 'lossless-json'

/** Keys under which a value belongs to the user and is kept to the letter, at any depth. */
const USERS_OWN = new Set([
  'accepts',
  'arrives',
  'config',
  'config_schema',
  'counterexample',
  'details',
  'example',
  'expect',
  'gives',
  'input',
  'input_schema',
  'input_value',
  'output',
  'output_schema',
  'output_value',
  'sample',
  'schema',
  'value',
  'variables',
])

/** Parses JSON text; every number that does not survive a round trip through `Number` is a `LosslessNumber`. */
export function parseJson(text: string): unknown {
  return parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
}

/**
 * Parses an answer of the API: as {@link parseJson}, but numbers outside the users' own values are plain. Answers can be
 * many megabytes, so the browser's own parser does it, ten times as fast: the numbers it would change are wrapped first.
 */
export function parseAnswer(text: string): unknown {
  const changed = changedNumbers(text)
  if (changed.length === 0) return JSON.parse(text)
  // No answer holds this key by chance.
  const mark = `number-${crypto.randomUUID()}`
  let wrapped = ''
  let end = 0
  for (const [from, to] of changed) {
    wrapped += `${text.slice(end, from)}{"${mark}":"${text.slice(from, to)}"}`
    end = to
  }
  return unwrap(JSON.parse(wrapped + text.slice(end)), mark, false)
}

/** The JSON text of a value, `LosslessNumber`s as they were written. `undefined` becomes `null`. */
export function toJson(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? 'null'
}

export function isLossless(value: unknown): value is LosslessNumber {
  return value instanceof LosslessNumber
}

function parseNumber(text: string): number | LosslessNumber {
  const number = Number(text)
  return String(number) === text ? number : new LosslessNumber(text)
}

/** Where the numbers stand that would not print the same again, as `[from, to]`. Strings are leapt over. */
function changedNumbers(text: string): [number, number][] {
  const found: [number, number][] = []
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = afterString(text, at)
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const from = at
      do at += 1
      while (isOfNumber(text.charCodeAt(at)))
      const number = text.slice(from, at)
      // What is no number is left for the parser to refuse.
      if (String(Number(number)) !== number && NUMBER.test(number)) found.push([from, at])
    } else {
      at += 1
    }
  }
  return found
}

const [QUOTE, BACKSLASH, MINUS, PLUS, POINT, ZERO, NINE] = [34, 92, 45, 43, 46, 48, 57]
const [CAPITAL_E, SMALL_E] = [69, 101]
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function isOfNumber(code: number): boolean {
  const digit = code >= ZERO && code <= NINE
  return digit || code === POINT || code === SMALL_E || code === CAPITAL_E || code === MINUS || code === PLUS
}

function afterString(text: string, quote: number): number {
  let end = quote
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let first = end
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1
    if ((end - first) % 2 === 0) return end + 1
  }
}

/** Puts the numbers back in place: as they were written in the users' own values (`own`), plain elsewhere. */
function unwrap(value: unknown, mark: string, own: boolean): unknown {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unwrap(value[i], mark, own)
  } else if (value !== null && typeof value === 'object') {
    const object = value as Record<string, unknown>
    const number = object[mark]
    if (typeof number === 'string') return own ? new LosslessNumber(number) : Number(number)
    for (const key of Object.keys(object)) {
      const inner = object[key]
      if (inner !== null && typeof inner === 'object') object[key] = unwrap(inner, mark, own || USERS_OWN.has(key))
    }
  }
  return value
}
