//! How well what is mapped fits each field, said where the field stands.

import type { FieldProposals, StepPreview } from '@/api/preview'
import type { Verdict, WireProof } from '@/api/proof'
import type { Diagnostic, Fix } from '@/api/types'

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
}

const pointerOf = (path: readonly string[]) =>
  path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const within = (path: string, pointer: string) => path === pointer || path.startsWith(`${pointer}/`)

/** The verdict on one field; the worst there is to say of it comes first. */
export function verdictOf(target: Target, evidence: Evidence): FieldVerdict {
  const pointer = pointerOf(target.path)
  const written = target.expression !== undefined
  const found =
    target.path.length === 1
      ? evidence.diagnostics.find(({ path }) => path !== undefined && within(path, `/mapping${pointer}`))
      : undefined
  if (found?.severity === 'error') return { tone: 'never', text: found.message, fixes: found.fixes }
  if (evidence.mapped && !written) {
    return target.required && target.path.length === 1
      ? { tone: 'open', text: 'Required, and nothing is mapped to it' }
      : { tone: 'quiet', text: 'Nothing is mapped to it' }
  }
  const problem = evidence.preview?.problems.find(({ field, path }) => field === target.path[0] && fieldPath(path, pointer))
  if (problem && target.path.length === 1) return { tone: 'never', text: problem.message }
  const reason = evidence.wires.flatMap((wire) => wire.reasons.map((each) => ({ ...each, wire }))).find(({ path }) => within(path, pointer))
  const proven = provenFor(target, evidence)
  if (reason) return { tone: proven ?? tone(reason.wire.verdict), text: sentence(reason.message), fixes: repairsOf(target, reason.wire) }
  if (found) return { tone: 'sometimes', text: found.message, fixes: found.fixes }
  const open = evidence.wires.find((wire) => wire.verdict === 'unknown')
  if (proven) return { tone: proven, text: WORDS[proven] }
  if (open) return { tone: 'unknown', text: open.why ?? WORDS.unknown }
  if (evidence.wires.length === 0) return { tone: written ? 'unknown' : 'quiet', text: written ? 'Nothing is known about it yet' : '' }
  return { tone: 'always', text: WORDS.always }
}

const WORDS: Record<Verdict, string> = {
  always: 'Everything that may come fits',
  sometimes: 'Some of what may come does not fit',
  never: 'Nothing that may come fits',
  unknown: 'Whether it fits could not be decided',
}

/** A problem of the preview is about this field when its path is; those of the expression have none. */
function fieldPath(path: string, pointer: string): boolean {
  return path === '' || within(path, pointer)
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

/** A reason stands for a wire that does not fit: what is merely possible there is `sometimes`. */
function tone(verdict: Verdict): FieldTone {
  return verdict === 'never' ? 'never' : 'sometimes'
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
