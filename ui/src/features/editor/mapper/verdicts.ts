//! How well what is mapped fits each field, said where the field stands.

import type { FieldProposals, StepPreview } from '@/api/preview'
import type { Verdict, WireProof } from '@/api/proof'
import type { Diagnostic, Fix } from '@/api/types'
import { asSchema, resolve, type SchemaObject } from '@/components/schema-form/schema'

import { saidByVerdict } from '../proof/verdicts'
import type { Target } from './targets'

/** `open`: required, and nothing comes. `quiet`: nothing to say. */
export type FieldTone = 'always' | 'sometimes' | 'never' | 'unknown' | 'open' | 'quiet'
export type FieldVerdict = { tone: FieldTone; text: string; fixes?: readonly Fix[] }

export type Evidence = {
  /** Whether the step has a mapping at all; without one everything arrives merged. */
  mapped: boolean
  wires: readonly WireProof[]
  diagnostics: readonly Diagnostic[]
  preview: StepPreview | undefined
  proposals: readonly FieldProposals[] | undefined
  /** What reaches the agent, and what it accepts; schemas. */
  arrives: unknown
  accepts: unknown
}

const pointerOf = (path: readonly string[]) =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const within = (path: string, pointer: string) => path === pointer || path.startsWith(`${pointer}/`)

/** The verdict on one field; what is surest about it comes first. */
export function verdictOf(target: Target, evidence: Evidence): FieldVerdict {
  const { path, expression, needed } = target
  const pointer = pointerOf(path)
  const outer = path.length === 1
  const found = outer ? findingOn(pointer, evidence) : undefined
  if (found?.severity === 'error') return { tone: 'never', text: found.message, fixes: found.fixes }
  if (evidence.mapped && expression === undefined) {
    return needed
      ? { tone: 'open', text: 'Required, and nothing is mapped to it' }
      : { tone: 'quiet', text: 'Nothing is mapped to it' }
  }
  const proven = provenFor(target, evidence)
  const reasons = evidence.wires.flatMap((wire) => wire.reasons.map((reason) => ({ reason, wire })))
  const here = reasons.find(({ reason }) => within(reason.path, pointer))
  if (here) {
    const tone = proven ?? (here.wire.verdict === 'never' && isToBlame(target, here.wire, evidence) ? 'never' : 'sometimes')
    return { tone, text: sentence(here.reason.message), fixes: outer ? repairsOf(target, here.wire) : [] }
  }
  if (found) return { tone: 'sometimes', text: found.message, fixes: found.fixes }
  const problem = evidence.preview?.problems.find((each) => within(each.path, pointer) || within(each.path, `/mapping${pointer}`))
  if (problem) return { tone: 'sometimes', text: `With this sample: ${problem.message}` }
  if (proven) return { tone: proven, text: WORDS[proven] }
  // Something is wrong with the field around it, and nothing says that it is this part.
  if (!outer && reasons.some(({ reason }) => within(reason.path, pointerOf(path.slice(0, 1))))) return { tone: 'quiet', text: '' }
  const open = evidence.wires.find((wire) => wire.verdict === 'unknown')
  if (open) return { tone: 'unknown', text: open.why ?? WORDS.unknown }
  if (evidence.wires.length === 0) return { tone: expression === undefined ? 'quiet' : 'unknown', text: 'Nothing is known about it yet' }
  return { tone: 'always', text: WORDS.always }
}

/** What was found about the expression of a field, other than what the wire's own verdict says. */
function findingOn(pointer: string, { diagnostics }: Evidence): Diagnostic | undefined {
  return diagnostics.find(({ path, code }) => path !== undefined && !saidByVerdict(code) && within(path, `/mapping${pointer}`))
}

/**
 * Whether a wire that never fits never fits because of this field: its types have nothing in common, the expression
 * can give nothing, or nothing else is wrong.
 */
function isToBlame({ path }: Target, wire: WireProof, { arrives, accepts }: Evidence): boolean {
  const [field = ''] = path
  const fields = new Set(wire.reasons.map(({ path }) => path.split('/')[1]))
  if (fields.size <= 1) return true
  return path.length === 1 && haveNothingInCommon(fieldSchema(arrives, field), fieldSchema(accepts, field))
}

function fieldSchema(schema: unknown, name: string): SchemaObject | undefined {
  const root = asSchema(schema)
  const found = asSchema(resolve(root, root)['properties'])[name]
  return found === undefined ? undefined : asSchema(found)
}

/** Whether no type is on both sides; false when one of them does not say. */
function haveNothingInCommon(a: SchemaObject | undefined, b: SchemaObject | undefined): boolean {
  const [left, right] = [typesOf(a), typesOf(b)]
  if (!left || !right) return false
  return !left.some((type) => right.includes(type) || (type === 'integer' && right.includes('number')) || (type === 'number' && right.includes('integer')))
}

function typesOf(schema: SchemaObject | undefined): string[] | null {
  const type = schema?.['type']
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.map(String) : null
}

const WORDS: Record<Verdict, string> = {
  always: 'Everything that may come fits',
  sometimes: 'Some of what may come does not fit',
  never: 'Nothing that may come fits',
  unknown: 'Whether it fits could not be decided',
}

/** The verdict that was worked out for the very expression that is written. */
function provenFor({ path, expression }: Target, { proposals }: Evidence): Verdict | undefined {
  if (path.length !== 1 || expression === undefined) return undefined
  const field = proposals?.find((each) => each.field === path[0])
  return field?.proposals.find((each) => each.expression === expression.trim())?.verdict
}

/** The repairs of a wire that are about this field. */
function repairsOf({ path }: Target, wire: WireProof): Fix[] {
  return wire.repairs.filter(({ edit }) => edit.type === 'set_mapping_field' && (edit.data as { field?: unknown }).field === path[0])
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
