//! The fields of a step's input as rows: what the agent accepts, and what else is mapped.

import { asSchema, requiredOf, resolve, type SchemaObject } from '@/components/schema-form/schema'
import { typeWord } from '@/graph/fields'

import { expressionAt, readLiteral } from './literal'
import { propertiesOf } from './tree'

export type Target = {
  /** From the input's root: `['customer', 'name']`. */
  path: readonly string[]
  /** `customer/name`, as `data-map-field` and test ids write it. */
  key: string
  name: string
  type: string
  required: boolean
  /** Required, and the object it belongs to is there: it must be mapped. */
  needed: boolean
  description?: string
  /** Whether the agent's schema names it. */
  declared: boolean
  /** What is written for exactly this field. */
  expression?: string
  /** Its fields are mapped one by one. */
  inParts: boolean
  /** Absent: there is nothing within, or it comes as a whole. */
  open?: boolean
}

const DEEPEST = 5

/** `customer/name`; a slash within a name is written as in JSON pointers. */
export function keyOf(path: readonly string[]): string {
  return path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
}

export function pathOf(key: string): string[] {
  return key.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Required fields first, otherwise in the schema's order, then what is mapped beyond it. */
export function targetsOf(
  accepts: unknown,
  mapping: Readonly<Record<string, string>> | undefined,
  openness: ReadonlyMap<string, boolean>,
): Target[] {
  const root = asSchema(accepts)
  const rows: Target[] = []
  visit(resolve(root, root), root, [], mapping ?? {}, mapping !== undefined, openness, rows)
  return rows
}

function visit(
  schema: SchemaObject | undefined,
  root: SchemaObject,
  around: readonly string[],
  mapped: Readonly<Record<string, string>>,
  there: boolean,
  openness: ReadonlyMap<string, boolean>,
  rows: Target[],
): void {
  const properties = propertiesOf(schema, root)
  const required = schema ? requiredOf(schema) : new Set<string>()
  const names = [...properties.keys()].sort((a, b) => Number(required.has(b)) - Number(required.has(a)))
  for (const name of Object.keys(mapped)) if (!properties.has(name)) names.push(name)
  for (const name of names) {
    const inner = properties.get(name)
    const resolved = inner && resolve(inner, root)
    const path = [...around, name]
    const key = keyOf(path)
    const expression = mapped[name]
    const entries = expression === undefined ? null : readLiteral(expression)
    const within = propertiesOf(resolved, root)
    const description = resolved?.['description']
    const inParts = entries !== null && entries.length > 0
    const unfolds = path.length < DEEPEST && (inParts || (expression === undefined && within.size > 0))
    const open = unfolds ? (openness.get(key) ?? inParts) : undefined
    rows.push({
      path,
      key,
      name,
      type: inner ? typeWord(inner, root) : 'anything',
      required: required.has(name),
      needed: there && required.has(name),
      ...(typeof description === 'string' && { description }),
      declared: properties.has(name),
      ...(expression !== undefined && { expression }),
      inParts,
      ...(open !== undefined && { open }),
    })
    if (!open) continue
    const inside = Object.fromEntries((entries ?? []).map((entry) => [entry.key, entry.expression]))
    visit(resolved, root, path, inside, inParts, openness, rows)
  }
}

/** What is written at a path of the mapping. */
export function mappedAt(mapping: Readonly<Record<string, string>> | undefined, path: readonly string[]): string | undefined {
  const [field = '', ...within] = path
  return expressionAt(mapping?.[field], within)
}

/** The value at a path of the input; undefined when there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}

/** Whether the input may have fields beyond those its schema names. */
export function addsFields(accepts: unknown): boolean {
  const root = asSchema(accepts)
  return resolve(root, root)['additionalProperties'] !== false
}
