//! An object schema as rows of fields. What rows cannot show stays in the schema as it is.

export type FieldType = 'string' | 'text' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'any'

export type SchemaRow = { name: string; type: FieldType; required: boolean; description: string }

type Schema = Record<string, unknown>

const TYPES: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object'])

/** The rows of an object schema; null when it is something else, which is edited as JSON. */
export function rowsOf(schema: unknown): SchemaRow[] | null {
  if (schema === undefined) return []
  if (!isObject(schema)) return null
  const { type, properties } = schema
  if (type !== undefined && type !== 'object') return null
  if (properties === undefined) return type === 'object' || Object.keys(schema).length === 0 ? [] : null
  if (!isObject(properties)) return null
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [])
  return Object.entries(properties).map(([name, inner]) => {
    const own = isObject(inner) ? inner : {}
    const type = typeOf(own)
    const description = typeof own['description'] === 'string' ? own['description'] : ''
    return { name, type, required: required.has(name), description }
  })
}

/** The schema with the row at `index` changed, or removed (null), or added behind the last. */
export function withRow(schema: unknown, index: number, row: SchemaRow | null): Schema {
  const base = isObject(schema) ? schema : {}
  const properties = isObject(base['properties']) ? base['properties'] : {}
  const names = Object.keys(properties)
  const old = names[index]
  const entries: [string, unknown][] = []
  names.forEach((name, at) => {
    if (at !== index) entries.push([name, properties[name]])
    else if (row !== null) entries.push([row.name, fieldSchema(properties[name], row)])
  })
  if (old === undefined && row !== null) entries.push([row.name, fieldSchema(undefined, row)])
  const before = Array.isArray(base['required']) ? (base['required'] as unknown[]) : []
  const required = before.filter((name) => name !== old && name !== row?.name)
  if (row?.required) {
    const at = before.indexOf(old)
    required.splice(at < 0 ? required.length : at, 0, row.name)
  }
  const { required: _, ...rest } = base
  const next: Schema = { ...rest, type: 'object', properties: Object.fromEntries(entries) }
  if (required.length > 0) next['required'] = required
  return next
}

function fieldSchema(before: unknown, row: SchemaRow): unknown {
  const own: Schema = isObject(before) ? { ...before } : {}
  if (typeOf(own) !== row.type) {
    // Keywords of the old type would contradict the new one; only words about the field stay.
    const { title, description } = own
    for (const key of Object.keys(own)) delete own[key]
    if (title !== undefined) own['title'] = title
    if (description !== undefined) own['description'] = description
    if (row.type === 'text') Object.assign(own, { type: 'string', 'x-editor': 'text' })
    else if (row.type !== 'any') own['type'] = row.type
  }
  if (row.description === '') delete own['description']
  else own['description'] = row.description
  return own
}

/** `text` is a string that wants a field of several lines. */
function typeOf(schema: Schema): FieldType {
  const { type } = schema
  if (type === 'string' && schema['x-editor'] === 'text') return 'text'
  return typeof type === 'string' && TYPES.has(type) ? (type as FieldType) : 'any'
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
