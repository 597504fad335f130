//! Reading a JSON Schema for a form: which field shows it, what it is called, what it starts with.

export type SchemaObject = { readonly [keyword: string]: unknown }

export type Variant = { title: string; schema: SchemaObject }

/** One of the values there are; `help` says what it means. */
export type Choice = { value: unknown; label: string; help?: string }

/** Which input shows a schema. `json` is the way out for whatever has no better one. */
export type FieldKind =
  | { is: 'text'; long: boolean }
  | { is: 'number'; integer: boolean }
  | { is: 'boolean' }
  | { is: 'choice'; options: readonly Choice[] }
  | { is: 'array'; items: SchemaObject; tuple: readonly SchemaObject[] }
  | { is: 'object'; properties: readonly [string, SchemaObject][]; rest: SchemaObject | undefined }
  | { is: 'variants'; variants: readonly Variant[] }
  | { is: 'json' }

/** Deepest chain of `$ref`s followed; more is a circle. */
const MAX_REFS = 16

/** A schema as an object; `true`, `{}` and nonsense are the schema that accepts anything. */
export function asSchema(schema: unknown): SchemaObject {
  return schema !== null && typeof schema === 'object' && !Array.isArray(schema) ? (schema as SchemaObject) : {}
}

/** Follows `$ref`s within `root` and folds `allOf` and nullability away, keywords beside a `$ref` winning. */
export function resolve(schema: unknown, root: SchemaObject): SchemaObject {
  let current = asSchema(schema)
  for (let hops = 0; typeof current['$ref'] === 'string' && hops < MAX_REFS; hops++) {
    const { $ref, ...beside } = current
    current = { ...asSchema(lookUp(root, $ref as string)), ...beside }
  }
  if (Array.isArray(current['allOf'])) {
    const { allOf, ...own } = current
    current = [...(allOf as unknown[]).map((part) => resolve(part, root)), own].reduce<SchemaObject>(merge, {})
  }
  return withoutNull(current)
}

export function fieldKind(schema: SchemaObject, root: SchemaObject): FieldKind {
  if ('const' in schema) return { is: 'choice', options: [option(schema['const'])] }
  if (Array.isArray(schema['enum'])) {
    return { is: 'choice', options: schema['enum'].filter((value) => value !== null).map((value) => option(value)) }
  }
  const variants = alternatives(schema)?.map((each) => resolve(each, root))
  if (variants && variants.length > 0) {
    if (variants.every((each) => 'const' in each)) {
      return { is: 'choice', options: variants.map((each) => option(each['const'], each['title'], each['description'])) }
    }
    return {
      is: 'variants',
      variants: variants.map((each, index) => ({ title: variantTitle(each, index), schema: each })),
    }
  }
  switch (typeOf(schema)) {
    case 'string':
      return { is: 'text', long: isLong(schema) }
    case 'integer':
      return { is: 'number', integer: true }
    case 'number':
      return { is: 'number', integer: false }
    case 'boolean':
      return { is: 'boolean' }
    case 'array':
      return {
        is: 'array',
        items: asSchema(schema['items']),
        tuple: Array.isArray(schema['prefixItems']) ? schema['prefixItems'].map(asSchema) : [],
      }
    case 'object': {
      const properties = Object.entries(asSchema(schema['properties'])).map(
        ([name, each]) => [name, asSchema(each)] as [string, SchemaObject],
      )
      const extra = schema['additionalProperties']
      const rest = extra === false || (extra === undefined && properties.length > 0) ? undefined : asSchema(extra)
      return { is: 'object', properties, rest }
    }
    default:
      return { is: 'json' }
  }
}

export function requiredOf(schema: SchemaObject): ReadonlySet<string> {
  return new Set(Array.isArray(schema['required']) ? (schema['required'] as string[]) : [])
}

/** `customer_id` → `Customer id`; a `title` wins. */
export function labelOf(name: string, schema: SchemaObject): string {
  const title = schema['title']
  if (typeof title === 'string' && title !== '') return title
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ').trim()
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1)
}

/** A value to start with: the default, the first example, or the smallest thing of that shape. */
export function initialValue(schema: unknown, root: SchemaObject = asSchema(schema), depth = 0): unknown {
  const resolved = resolve(schema, root)
  if ('default' in resolved) return resolved['default']
  if (Array.isArray(resolved['examples']) && resolved['examples'].length > 0) return resolved['examples'][0]
  const kind = fieldKind(resolved, root)
  switch (kind.is) {
    case 'text':
      return ''
    case 'number':
      return typeof resolved['minimum'] === 'number' ? resolved['minimum'] : 0
    case 'boolean':
      return false
    case 'choice':
      return kind.options[0]?.value
    case 'array':
      return kind.tuple.map((item) => initialValue(item, root, depth + 1))
    case 'variants':
      return depth > MAX_REFS ? null : initialValue(kind.variants[0]?.schema ?? {}, root, depth + 1)
    case 'object': {
      const required = requiredOf(resolved)
      // Null stands for nothing: what need not be there is left out.
      const wanted = kind.properties.filter(([name, each]) => required.has(name) || ('default' in each && each['default'] !== null))
      if (depth > MAX_REFS) return {}
      return Object.fromEntries(wanted.map(([name, each]) => [name, initialValue(each, root, depth + 1)]))
    }
    case 'json':
      return depth === 0 ? {} : null
  }
}

/** The variant a value most likely is: its constants agree and it has the required properties. */
export function variantOf(value: unknown, variants: readonly Variant[], root: SchemaObject): number {
  const fits = variants.findIndex(({ schema }) => looksLike(value, schema, root))
  return Math.max(fits, 0)
}

/** Adds a name to a JSON pointer. */
export function pointer(path: string, name: string | number): string {
  return `${path}/${String(name).replace(/~/g, '~0').replace(/\//g, '~1')}`
}

function looksLike(value: unknown, schema: SchemaObject, root: SchemaObject): boolean {
  if ('const' in schema) return schema['const'] === value
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(value)
  switch (typeOf(schema)) {
    case 'object': {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return false
      const object = value as Record<string, unknown>
      for (const name of requiredOf(schema)) if (!(name in object)) return false
      return Object.entries(asSchema(schema['properties'])).every(([name, each]) => {
        const property = resolve(each, root)
        return !(name in object) || !('const' in property) || property['const'] === object[name]
      })
    }
    case 'array':
      return Array.isArray(value)
    case 'string':
      return typeof value === 'string'
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
    case 'number':
      return typeof value === 'number'
    default:
      return value === undefined
  }
}

function typeOf(schema: SchemaObject): string | undefined {
  const type = schema['type']
  if (typeof type === 'string') return type
  if (Array.isArray(type)) return type.length === 1 ? String(type[0]) : undefined
  if ('properties' in schema) return 'object'
  if ('items' in schema || 'prefixItems' in schema) return 'array'
  return undefined
}

function alternatives(schema: SchemaObject): unknown[] | undefined {
  const list = schema['oneOf'] ?? schema['anyOf']
  return Array.isArray(list) ? list : undefined
}

/** `{type: ['string', 'null']}` → `{type: 'string'}`; `anyOf: [X, null]` → X. */
function withoutNull(schema: SchemaObject): SchemaObject {
  if (Array.isArray(schema['type']) && schema['type'].includes('null') && schema['type'].length > 1) {
    return { ...schema, type: schema['type'].filter((each) => each !== 'null') }
  }
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const list = schema[keyword]
    if (!Array.isArray(list)) continue
    const rest = list.filter((each) => asSchema(each)['type'] !== 'null')
    if (rest.length === list.length) continue
    const { [keyword]: _, ...own } = schema
    return rest.length === 1 ? merge(asSchema(rest[0]), own) : { ...own, [keyword]: rest }
  }
  return schema
}

function merge(a: SchemaObject, b: SchemaObject): SchemaObject {
  const merged: Record<string, unknown> = { ...a, ...b }
  if (a['properties'] && b['properties']) {
    merged['properties'] = { ...asSchema(a['properties']), ...asSchema(b['properties']) }
  }
  if (a['required'] && b['required']) merged['required'] = [...requiredOf(a), ...requiredOf(b)]
  return merged
}

function lookUp(root: SchemaObject, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined
  return ref
    .slice(1)
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], root)
}

/** A value that is explained is a word of ours, and written like one: `least_busy` → `Least busy`. */
function option(value: unknown, title?: unknown, description?: unknown): Choice {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (typeof description !== 'string') return { value, label: typeof title === 'string' ? title : text }
  return { value, label: typeof title === 'string' ? title : labelOf(text, {}), help: description }
}

function variantTitle(schema: SchemaObject, index: number): string {
  if (typeof schema['title'] === 'string') return schema['title']
  for (const each of Object.values(asSchema(schema['properties']))) {
    const constant = asSchema(each)['const']
    if (typeof constant === 'string') return labelOf(constant, {})
  }
  return typeof schema['type'] === 'string' ? labelOf(schema['type'], {}) : `Form ${index + 1}`
}

/** `x-editor` names what edits a text: `text`, or a language such as `sql`; both have several lines. */
function isLong(schema: SchemaObject): boolean {
  if (typeof schema['x-editor'] === 'string' || schema['format'] === 'multiline' || typeof schema['contentMediaType'] === 'string') return true
  return typeof schema['maxLength'] === 'number' ? schema['maxLength'] > 200 : false
}
