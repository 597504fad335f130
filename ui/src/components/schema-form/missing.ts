//! What a form still lacks, found before anybody is asked: a missing field has no place where the backend could name it.

import type { InputProblem } from '@/api/errors'

import { asSchema, fieldKind, pointer, requiredOf, resolve, type SchemaObject } from './schema'

/** Nobody fills in forms nested deeper than this. */
const DEEPEST = 16

/** A problem at each required field that the value does not have; none for what the form shows otherwise than by fields. */
export function missingFields(schema: unknown, value: unknown): InputProblem[] {
  return within(asSchema(schema), value, asSchema(schema), '', 0)
}

function within(given: SchemaObject, value: unknown, root: SchemaObject, path: string, depth: number): InputProblem[] {
  const schema = resolve(given, root)
  const kind = fieldKind(schema, root)
  if (kind.is !== 'object' || depth > DEEPEST) return []
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
  const has = value as Record<string, unknown>
  const required = requiredOf(schema)
  return kind.properties.flatMap(([name, property]) => {
    const at = pointer(path, name)
    if (has[name] !== undefined) return within(property, has[name], root, at, depth + 1)
    return required.has(name) ? [{ path: at, message: 'Required' }] : []
  })
}

/** Whether the value has fields that the form does not show. */
export function showsNotAll(schema: unknown, value: unknown): boolean {
  const root = asSchema(schema)
  const kind = fieldKind(resolve(root, root), root)
  if (kind.is !== 'object' || kind.rest !== undefined) return false
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return true
  const shown = new Set(kind.properties.map(([name]) => name))
  return Object.keys(value).some((name) => !shown.has(name))
}
