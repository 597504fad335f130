/**
 * JSON text as a tree, to the letter.
 *
 * A parsed JavaScript value is not what was written: `JSON.parse` rounds big integers, turns `1.0` into `1` and `1e400`
 * into infinity, merges repeated keys and moves keys that look like numbers to the front. Here each value keeps the range
 * of text it came from, so what is shown and copied is what is stored.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null'

/** One value and where it stands in the text. */
export interface JsonNode {
  kind: JsonKind
  /** The text of the value is `text.slice(start, end)`. */
  start: number
  end: number
  /** Its key, unescaped, when the parent is an object; its index when it is an array; absent at the root. */
  key?: string | number
  /** Values inside, in the order of the text; empty unless this is an object or an array. */
  children: JsonNode[]
}

/** Why the text is not JSON. */
export class JsonError extends Error {
  override name = 'JsonError'
  /** Where, in UTF-16 units from the start. */
  at: number

  constructor(at: number, expected: string) {
    super(`Not JSON: expected ${expected} at character ${at + 1}.`)
    this.at = at
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y

/**
 * Parses JSON text (RFC 8259). Linear, and without recursion, so that depth costs no stack.
 *
 * @throws {JsonError} when the text is not JSON.
 */
export function parseJson(text: string): JsonNode {
  const root: JsonNode = { kind: 'null', start: 0, end: 0, children: [] }
  const open: JsonNode[] = []
  let at = 0
  const skip = () => {
    SPACE.lastIndex = at
    SPACE.exec(text)
    at = SPACE.lastIndex
  }

  let key: string | number | undefined
  for (;;) {
    // A value begins here.
    skip()
    const parent = open.at(-1)
    const node: JsonNode = parent ? { kind: 'null', start: at, end: at, children: [] } : root
    node.start = at
    if (key !== undefined) node.key = key
    key = undefined
    parent?.children.push(node)
    at = beginValue(text, at, node)

    if (node.kind === 'object' || node.kind === 'array') {
      skip()
      open.push(node)
      if (text[at] !== (node.kind === 'object' ? '}' : ']')) {
        if (node.kind === 'object') ({ key, at } = readKey(text, at))
        else key = 0
        continue
      }
    } else {
      node.end = at
    }

    // A value ended: close what closes, then expect a comma or the end.
    for (;;) {
      skip()
      const container = open.at(-1)
      if (!container) {
        if (at < text.length) throw new JsonError(at, 'the end of the text')
        return root
      }
      const closing = container.kind === 'object' ? '}' : ']'
      if (text[at] === closing) {
        at += 1
        container.end = at
        open.pop()
        continue
      }
      if (text[at] !== ',') throw new JsonError(at, `a comma or ${closing}`)
      at += 1
      skip()
      if (container.kind === 'object') ({ key, at } = readKey(text, at))
      else key = container.children.length
      break
    }
  }
}

/** Reads a scalar whole, or the opening bracket of a container; returns where to go on. */
function beginValue(text: string, at: number, node: JsonNode): number {
  const first = text[at]
  switch (first) {
    case '{':
      node.kind = 'object'
      return at + 1
    case '[':
      node.kind = 'array'
      return at + 1
    case '"':
      node.kind = 'string'
      return stringEnd(text, at)
    default:
  }
  for (const word of ['true', 'false', 'null'] as const) {
    if (text.startsWith(word, at)) {
      node.kind = word
      return at + word.length
    }
  }
  NUMBER.lastIndex = at
  if (!NUMBER.test(text)) throw new JsonError(at, 'a value')
  node.kind = 'number'
  return NUMBER.lastIndex
}

function readKey(text: string, at: number): { key: string; at: number } {
  if (text[at] !== '"') throw new JsonError(at, 'a key in quotes')
  const end = stringEnd(text, at)
  const key = unescape(text.slice(at, end))
  SPACE.lastIndex = end
  SPACE.exec(text)
  const colon = SPACE.lastIndex
  if (text[colon] !== ':') throw new JsonError(colon, 'a colon')
  return { key, at: colon + 1 }
}

/** The position after the closing quote of the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 0x22) return index + 1
    if (code === 0x5c) index += 1
    else if (code < 0x20) throw new JsonError(index, 'an escaped control character')
  }
  throw new JsonError(text.length, 'a closing quote')
}

/** The characters a quoted string stands for. A string with a broken escape is returned as written. */
export function unescape(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted.slice(1, -1)
  }
}

const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u

/** The path of a node as an expression writes it: `.customer["full name"][3]`, after `prefix`. */
export function pathOf(keys: readonly (string | number)[], prefix: string): string {
  let path = prefix
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`
    else if (NAME.test(key)) path += path === '' ? key : `.${key}`
    else path += `[${JSON.stringify(key)}]`
  }
  return path
}
