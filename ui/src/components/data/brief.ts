//! A value on one line, cut so that the least useful goes first: inner values, then further fields.

import { isLossless, toJson } from '@/api/json'

export type BriefPart = { kind?: 'key' | 'string' | 'number' | 'word' | 'faint'; text: string }

/** Room for `, +12`. */
const MORE = 5
/** Longest text before it is cut. */
const TEXT = 48

/** The value in about `room` characters. */
export function brief(value: unknown, room = 80): BriefPart[] {
  if (value === undefined) return [{ kind: 'faint', text: 'nothing' }]
  if (value === null || typeof value === 'boolean') return [{ kind: 'word', text: String(value) }]
  if (typeof value === 'string') return [{ kind: 'string', text: JSON.stringify(cut(value, Math.min(TEXT, Math.max(8, room)))) }]
  if (typeof value === 'number' || isLossless(value)) return [{ kind: 'number', text: toJson(value) }]
  if (Array.isArray(value)) return briefList(value, room)
  if (typeof value === 'object') return briefObject(Object.entries(value), room)
  return [{ kind: 'faint', text: 'nothing' }]
}

function briefList(items: readonly unknown[], room: number): BriefPart[] {
  if (items.length === 0) return [{ text: '[]' }]
  const plain = items.every((item) => item === null || typeof item !== 'object' || isLossless(item))
  if (!plain) return [{ text: '[' }, { kind: 'faint', text: `${items.length} ${items.length === 1 ? 'item' : 'items'}` }, { text: ']' }]
  const parts: BriefPart[] = [{ text: '[' }]
  let left = room - 2
  for (const [index, item] of items.entries()) {
    const piece = brief(item, 16)
    const size = lengthOf(piece) + 2
    if (left < size + 4 && index > 0) {
      parts.push({ kind: 'faint', text: `, +${items.length - index}` })
      break
    }
    if (index > 0) parts.push({ text: ', ' })
    parts.push(...piece)
    left -= size
  }
  return [...parts, { text: ']' }]
}

function briefObject(entries: readonly [string, unknown][], room: number): BriefPart[] {
  if (entries.length === 0) return [{ text: '{}' }]
  const parts: BriefPart[] = [{ text: '{ ' }]
  let left = room - 4
  for (const [index, [key, value]] of entries.entries()) {
    const rest = index < entries.length - 1 ? MORE : 0
    const piece: BriefPart[] = [{ kind: 'key', text: cut(key, 24) }, ...scalar(value, left - key.length - rest)]
    const size = lengthOf(piece) + 2
    if (left < size + 4 && index > 0) {
      parts.push({ kind: 'faint', text: `, +${entries.length - index}` })
      break
    }
    if (index > 0) parts.push({ text: ', ' })
    parts.push(...piece)
    left -= size
  }
  return [...parts, { text: ' }' }]
}

/** A field's value when it fits beside its name; of objects and lists only the size. */
function scalar(value: unknown, room: number): BriefPart[] {
  const colon = { text: ': ' }
  if (Array.isArray(value)) return [colon, { kind: 'faint', text: `[${value.length}]` }]
  if (value !== null && typeof value === 'object' && !isLossless(value)) {
    return [colon, { kind: 'faint', text: `{${Object.keys(value).length}}` }]
  }
  return room < 6 ? [] : [colon, ...brief(value, Math.min(24, room))]
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

function lengthOf(parts: readonly BriefPart[]): number {
  return parts.reduce((sum, part) => sum + part.text.length, 0)
}
