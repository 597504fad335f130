//! Everything a step's expressions may use, as a tree: what the schemas declare, with the sample's values beside it, and
//! what only the sample shows.

import { isLossless } from '@/api/json'
import type { FlowSource } from '@/api/proof'
import { asSchema, requiredOf, resolve, type SchemaObject } from '@/components/schema-form/schema'
import { select } from '@/graph/expressions'
import { typeWord } from '@/graph/fields'

export type FieldNode = {
  /** The expression that selects it; no two nodes of a tree have the same. */
  expression: string
  /** What it is called where it stands; a field mapped from it may be named so. */
  name: string
  type: string
  required: boolean
  description?: string
  /** Absent: there is none in the sample. */
  value?: unknown
  /** Nothing declares it; the sample has it. */
  observed: boolean
  /** Taken from every item of a list at once. */
  every?: boolean
  /** Made when somebody looks: schemas may refer to themselves. */
  children: () => FieldNode[]
}

export type SourceNode = FieldNode & { label: string; step?: string; known: boolean }

type Schema = { schema: SchemaObject | undefined; root: SchemaObject }

/** The tree of a step's sources; `valueOf` answers a source's value in the sample, undefined when there is none. */
export function treeOf(sources: readonly FlowSource[], valueOf: (source: FlowSource) => unknown): SourceNode[] {
  return sources.map((source) => {
    const root = asSchema(source.schema)
    const value = valueOf(source)
    const known = Object.keys(root).length > 0
    return {
      ...node(source.expression, source.expression.split('.').at(-1) ?? '', { schema: known ? root : undefined, root }, value, true),
      name: source.step ?? source.expression,
      label: source.label,
      ...(source.step !== undefined && { step: source.step }),
      known,
      observed: false,
    }
  })
}

function node(expression: string, name: string, at: Schema, value: unknown, required: boolean): FieldNode {
  const schema = at.schema && resolve(at.schema, at.root)
  const declared = schema !== undefined && Object.keys(schema).length > 0
  const said = at.schema ? typeWord(at.schema, at.root) : 'anything'
  const description = schema?.['description']
  return {
    expression,
    name,
    type: said === 'anything' && value !== undefined ? wordOf(value) : said,
    required,
    ...(typeof description === 'string' && { description }),
    ...(value !== undefined && { value }),
    observed: !declared && value !== undefined,
    children: once(() => [...fields(expression, schema, at.root, value), ...items(expression, schema, at.root, value)]),
  }
}

/** The named fields: declared ones in their order, then those only the sample has. */
function fields(expression: string, schema: SchemaObject | undefined, root: SchemaObject, value: unknown): FieldNode[] {
  const properties = propertiesOf(schema, root)
  const required = schema ? requiredOf(schema) : new Set<string>()
  const has = asObject(value)
  const made = [...properties].map(([name, inner]) =>
    node(select(expression, [name]), name, { schema: inner, root }, has?.[name], required.has(name)),
  )
  for (const [name, inner] of Object.entries(has ?? {})) {
    if (properties.has(name)) continue
    made.push({ ...node(select(expression, [name]), name, { schema: undefined, root }, inner, false), observed: true })
  }
  return made
}

/** Of a list: its first item, and each field of all of its items. */
function items(expression: string, schema: SchemaObject | undefined, root: SchemaObject, value: unknown): FieldNode[] {
  const list = Array.isArray(value) ? (value as unknown[]) : undefined
  const inner = schema?.['items'] === undefined || typeof schema['items'] === 'boolean' ? undefined : asSchema(schema['items'])
  if (schema?.['type'] !== 'array' && !list) return []
  const first = node(select(expression, [0]), 'first', { schema: inner, root }, list?.[0], false)
  const every = first.children().flatMap((field) => {
    const path = /^(\.|\[").*/.exec(field.expression.slice(first.expression.length))?.[0]
    if (path === undefined) return []
    const values = list?.flatMap((item) => {
      const found = asObject(item)?.[field.name]
      return found === undefined ? [] : [found]
    })
    return [
      {
        ...field,
        expression: `${expression}.map(each, each${path})`,
        type: `list of ${field.type}`,
        every: true,
        required: false,
        value: values,
        children: () => [],
      },
    ]
  })
  return [first, ...every]
}

/** What an object may have, through the alternatives of a union as well. */
export function propertiesOf(schema: SchemaObject | undefined, root: SchemaObject, depth = 0): Map<string, SchemaObject> {
  const found = new Map<string, SchemaObject>()
  if (!schema || depth > 4) return found
  for (const [name, inner] of Object.entries(asSchema(schema['properties']))) found.set(name, asSchema(inner))
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const list: unknown = schema[keyword]
    if (!Array.isArray(list)) continue
    for (const each of list as unknown[]) {
      for (const [name, inner] of propertiesOf(resolve(each, root), root, depth + 1)) if (!found.has(name)) found.set(name, inner)
    }
  }
  return found
}

/** A value's type in people's words. */
export function wordOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'list'
  if (isLossless(value)) return 'number'
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return 'number'
    case 'boolean':
      return 'yes or no'
    default:
      return 'object'
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) && !isLossless(value)
  return object ? (value as Record<string, unknown>) : undefined
}

function once<T>(make: () => T): () => T {
  let made: { it: T } | undefined
  return () => (made ??= { it: make() }).it
}
