//! The fields a schema promises.

import { select } from './expressions'

/** A field of a value, with the expression that selects it. */
export type Field = {
  name: string
  expression: string
  /** `text`, `number`, `list of text`, … in people's words; `anything` when the schema does not say. */
  type: string
  required: boolean
  description?: string
  children: Field[]
}

const DEEPEST = 5

type Schema = Record<string, unknown>

/** The fields of an object schema, with local `$ref`s followed; empty for other schemas. */
export function fieldsOf(schema: unknown, root: string, whole: unknown = schema, depth = 0): Field[] {
  const object = resolved(schema, whole)
  if (!object || depth >= DEEPEST) return []
  const required = new Set(Array.isArray(object['required']) ? (object['required'] as unknown[]) : [])
  const fields: Field[] = []
  for (const part of [object, ...listOf(object['allOf']).map((each) => resolved(each, whole))]) {
    const properties = part?.['properties']
    if (!isObject(properties)) continue
    for (const [name, inner] of Object.entries(properties)) {
      const expression = select(root, [name])
      const target = resolved(inner, whole)
      const description = target?.['description']
      fields.push({
        name,
        expression,
        type: typeWord(inner, whole),
        required: required.has(name),
        ...(typeof description === 'string' && { description }),
        children: fieldsOf(inner, expression, whole, depth + 1),
      })
    }
  }
  return fields
}

/** A schema's type in people's words. */
export function typeWord(schema: unknown, whole: unknown = schema, depth = 0): string {
  const object = resolved(schema, whole)
  if (!object || depth > 3) return 'anything'
  if (Array.isArray(object['enum'])) return 'choice'
  if ('const' in object) return 'constant'
  const type = object['type']
  const words = (Array.isArray(type) ? type : [type]).map((each: unknown) => {
    switch (each) {
      case 'string':
        return 'text'
      case 'integer':
        return 'whole number'
      case 'number':
        return 'number'
      case 'boolean':
        return 'yes or no'
      case 'null':
        return 'nothing'
      case 'object':
        return 'object'
      case 'array': {
        const items = typeWord(object['items'], whole, depth + 1)
        return items === 'anything' ? 'list' : `list of ${items}`
      }
      default:
        return isObject(object['properties']) ? 'object' : 'anything'
    }
  })
  return words.join(' or ')
}

/** Every field and those within, flat. */
export function flattenedFields(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => [field, ...flattenedFields(field.children)])
}

function resolved(schema: unknown, whole: unknown): Schema | null {
  let at = schema
  for (let hops = 0; hops < 8; hops += 1) {
    if (!isObject(at)) return null
    const reference = at['$ref']
    if (typeof reference !== 'string') return at
    if (!reference.startsWith('#')) return null
    at = pointed(whole, reference.slice(1))
  }
  return null
}

function pointed(whole: unknown, pointer: string): unknown {
  let at = whole
  for (const part of pointer.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    at = isObject(at) ? at[key] : undefined
  }
  return at
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
