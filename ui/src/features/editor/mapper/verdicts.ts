//! How well what is mapped fits each field, said where the field stands.

import type { StepPreview } from '@/api/preview'
import type { ProvenField, Verdict, WireProof } from '@/api/proof'
import type { Diagnostic, Fix } from '@/api/types'

import { saidByVerdict } from '../proof/verdicts'
import type { Target } from './targets'

/** `open`: required, and nothing comes. `quiet`: nothing to say. */
export type FieldTone = 'always' | 'sometimes' | 'never' | 'unknown' | 'open' | 'quiet'
export type FieldVerdict = { tone: FieldTone; text: string; fixes?: readonly Fix[] }

export type Evidence = {
  /** Whether the step has a mapping at all; without one everything arrives merged. */
  mapped: boolean
  /** What is proven of each field of the step's input; undefined until that is known. */
  fields: readonly ProvenField[] | undefined
  /** The wires into the step, for their repairs. */
  wires: readonly WireProof[]
  diagnostics: readonly Diagnostic[]
  preview: StepPreview | undefined
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
  const proven = evidence.fields?.find((field) => field.path === pointerOf(path.slice(0, 1)))
  const reasons = proven?.reasons ?? []
  const here = reasons.find((reason) => within(reason.path, pointer))
  if (proven && here) {
    // Of several parts that do not fit, nobody says which alone makes that nothing does.
    const tone = proven.verdict === 'never' && (outer || reasons.length === 1) ? 'never' : 'sometimes'
    return { tone, text: sentence(here.message), fixes: outer ? repairsOf(target, evidence.wires) : [] }
  }
  if (found) return { tone: 'sometimes', text: found.message, fixes: found.fixes }
  const problem = evidence.preview?.problems.find((each) => within(each.path, pointer) || within(each.path, `/mapping${pointer}`))
  if (problem) return { tone: 'sometimes', text: `With this sample: ${problem.message}` }
  if (!proven) return { tone: expression === undefined ? 'quiet' : 'unknown', text: 'Nothing is known about it yet' }
  // Something is wrong with the field around it, and nothing says that it is this part.
  if (!outer && reasons.length > 0) return { tone: 'quiet', text: '' }
  return { tone: proven.verdict, text: proven.why === undefined ? WORDS[proven.verdict] : sentence(proven.why) }
}

/** What was found about the expression of a field, other than what the wire's own verdict says. */
function findingOn(pointer: string, { diagnostics }: Evidence): Diagnostic | undefined {
  return diagnostics.find(({ path, code }) => path !== undefined && !saidByVerdict(code) && within(path, `/mapping${pointer}`))
}

const WORDS: Record<Verdict, string> = {
  always: 'Everything that may come fits',
  sometimes: 'Some of what may come does not fit',
  never: 'Nothing that may come fits',
  unknown: 'Whether it fits could not be decided',
}

/** The repairs of wires that are about this field. */
function repairsOf({ path }: Target, wires: readonly WireProof[]): Fix[] {
  const repairs = wires.flatMap((wire) => wire.repairs)
  const own = repairs.filter(({ edit }) => edit.type === 'set_mapping_field' && (edit.data as { field?: unknown }).field === path[0])
  return own.filter((fix, index) => own.findIndex((each) => each.title === fix.title) === index)
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
