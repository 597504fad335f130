//! The fields a schema promises, and the tree of everything a step's expressions may use.

import type { Workflow } from '@/api/types'

import { outputOf, select } from './expressions'
import { agentOf, nameOf, stepById, type Library } from './lookup'
import { ancestors, order } from './walk'

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

/** A source of data upstream of a step: the execution's input, the variables, a step's output. */
export type Source = { id: string; title: string; expression: string; fields: Field[]; known: boolean }

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

/** Everything the expressions of a step may use, nearest ancestor first, then the input and the variables. */
export function sourcesFor(document: Workflow, step: string, library: Library): Source[] {
  const before = ancestors(document, step)
  const sources: Source[] = []
  for (const id of order(document).reverse()) {
    if (!before.has(id) || id === step) continue
    const ancestor = stepById(document, id)
    if (!ancestor) continue
    const agent = agentOf(document, ancestor, library)
    const expression = outputOf(id)
    const fields = fieldsOf(agent?.output_schema, expression)
    sources.push({ id, title: nameOf(ancestor, agent), expression, fields, known: agent?.output_schema !== undefined })
  }
  const input = fieldsOf(document.input_schema, 'input')
  sources.push({ id: '$input', title: 'Input', expression: 'input', fields: input, known: document.input_schema !== undefined })
  const variables = Object.keys(document.variables ?? {})
  if (variables.length > 0) {
    const fields = variables.map((name) => ({
      name,
      expression: select('vars', [name]),
      type: valueWord(document.variables?.[name]),
      required: true,
      children: [],
    }))
    sources.push({ id: '$vars', title: 'Variables', expression: 'vars', fields, known: true })
  }
  return sources
}

/** Every field and those within, flat. */
export function flattenedFields(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => [field, ...flattenedFields(field.children)])
}

export type Proposal = { expression: string; type: string; title: string }

/** Every expression the sources offer, for completion. */
export function flattened(sources: readonly Source[]): Proposal[] {
  return sources.flatMap(({ expression, known, fields, title }) => [
    { expression, type: known ? 'object' : 'anything', title },
    ...flattenedFields(fields).map((field) => ({ expression: field.expression, type: field.type, title })),
  ])
}

/** A proposal for the target fields that have no expression yet: the nearest source's field of the same name. */
export function proposals(
  targets: readonly string[],
  mapping: Readonly<Record<string, string>>,
  sources: readonly Source[],
): Record<string, string> {
  const proposed: Record<string, string> = {}
  for (const target of targets) {
    if (mapping[target]) continue
    for (const source of sources) {
      const match = source.fields.find((field) => field.name === target)
      if (!match) continue
      proposed[target] = match.expression
      break
    }
  }
  return proposed
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

function valueWord(value: unknown): string {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'yes or no'
  if (Array.isArray(value)) return 'list'
  if (value === null) return 'nothing'
  // Numbers that a double cannot hold to the letter are objects here.
  return typeof value === 'number' || (isObject(value) && value['isLosslessNumber'] === true) ? 'number' : 'object'
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
