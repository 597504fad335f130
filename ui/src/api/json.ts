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
  'schema',
  'value',
  'variables',
])

/** Parses JSON text; every number that does not survive a round trip through `Number` is a `LosslessNumber`. */
export function parseJson(text: string): unknown {
  return parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
}

/** Parses an answer of the API: as {@link parseJson}, but numbers outside the users' own values are plain. */
export function parseAnswer(text: string): unknown {
  return plain(parseJson(text))
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

function plain(value: unknown): unknown {
  if (value instanceof LosslessNumber) return Number(value.value)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = plain(value[i])
  } else if (value !== null && typeof value === 'object') {
    const object = value as Record<string, unknown>
    for (const key of Object.keys(object)) if (!USERS_OWN.has(key)) object[key] = plain(object[key])
  }
  return value
}
