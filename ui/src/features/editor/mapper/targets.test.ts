import { expect, test } from 'vitest'

import type { FieldProposals, MapProposal } from '@/api/preview'
import type { ProvenField, WireProof } from '@/api/proof'

import { offersOf, taken } from './offers'
import { keyOf, mappedAt, pathOf, targetsOf, valueAt, type Target } from './targets'
import { verdictOf, type Evidence } from './verdicts'

const accepts = {
  type: 'object',
  required: ['id', 'customer'],
  properties: {
    note: { type: 'string' },
    id: { type: 'integer' },
    customer: { $ref: '#/$defs/customer' },
  },
  $defs: { customer: { type: 'object', required: ['name'], properties: { since: { type: 'string' }, name: { type: 'string' } } } },
}
const NONE = new Map<string, boolean>()
const keys = (mapping: Record<string, string> | undefined, openness: ReadonlyMap<string, boolean> = NONE) =>
  targetsOf(accepts, mapping, openness).map((row) => row.key)

test('of an object that is not mapped no part is needed, also when it is unfolded', () => {
  const rows = targetsOf(accepts, { id: 'input.id' }, new Map([['customer', true]]))
  expect(rows.filter((row) => row.needed).map((row) => row.key)).toEqual(['id', 'customer'])
  expect(rows.map((row) => row.key)).toContain('customer/name')
})

test('required fields come first, and what is mapped beyond the schema last', () => {
  expect(keys(undefined)).toEqual(['id', 'customer', 'note'])
  expect(keys({ extra: 'input', 'a/b': 'input' })).toEqual(['id', 'customer', 'note', 'extra', 'a~1b'])
})

test('a field that is mapped in parts shows them; one that comes as a whole shows none', () => {
  const rows = targetsOf(accepts, { customer: '{"name": input.name, "more": 1}' }, NONE)
  expect(rows.map((row) => [row.key, row.expression])).toEqual([
    ['id', undefined],
    ['customer', '{"name": input.name, "more": 1}'],
    ['customer/name', 'input.name'],
    ['customer/since', undefined],
    ['customer/more', '1'],
    ['note', undefined],
  ])
  expect(rows.filter((row) => row.needed).map((row) => row.key)).toEqual(['id', 'customer', 'customer/name'])
  expect(keys({ customer: 'steps.a.output.customer' })).toEqual(['id', 'customer', 'note'])
})

test('an agent without a schema takes any fields', () => {
  expect(targetsOf(true, undefined, NONE)).toEqual([])
  expect(targetsOf(undefined, { x: 'input.x' }, NONE)).toMatchObject([{ key: 'x', declared: false, expression: 'input.x' }])
})

test('names with slashes survive the way into the page and back', () => {
  expect(pathOf(keyOf(['a/b', 'c~d']))).toEqual(['a/b', 'c~d'])
  expect(mappedAt({ 'a/b': '{"c": input.c}' }, ['a/b', 'c'])).toBe('input.c')
  expect(valueAt({ a: { b: 0 } }, ['a', 'b'])).toBe(0)
  expect(valueAt({ a: null }, ['a', 'b'])).toBeUndefined()
})

const target = (key: string, mapping: Record<string, string>): Target => {
  const found = targetsOf(accepts, mapping, NONE).find((row) => row.key === key)
  if (!found) throw new Error(key)
  return found
}
const wire = (more: Partial<WireProof>): WireProof => ({
  edge: 'e', from: 'a', to: 'b', verdict: 'always', mode: 'declared', summary: '', reasons: [], repairs: [], ...more,
})
const reason = (path: string, message: string) => ({ path, keyword: 'type', expected: '', found: '', message })
const field = (path: string, verdict: ProvenField['verdict'], ...reasons: ProvenField['reasons']): ProvenField => ({ path, verdict, reasons })
const evidence = (more: Partial<Evidence>): Evidence => ({
  mapped: true, fields: [field('/id', 'always'), field('/note', 'always')], wires: [wire({})], diagnostics: [], preview: undefined, ...more,
})

test('each field is judged by what is said about it, not by what is said about its neighbours', () => {
  const mapping = { id: 'input.id', note: 'input.note' }
  const wrong = field('/id', 'never', reason('/id', 'id may be a string; an integer is expected'))
  const repair = { title: 'Convert id to a whole number', edit: { type: 'set_mapping_field' as const, data: { step: 'b', field: 'id', expression: 'int(input.id)' } } }
  const seen = evidence({ fields: [wrong, field('/note', 'always')], wires: [wire({ repairs: [repair] }), wire({ repairs: [repair] })] })
  expect(verdictOf(target('id', mapping), seen)).toEqual({ tone: 'never', text: 'Id may be a string; an integer is expected', fixes: [repair] })
  expect(verdictOf(target('note', mapping), seen).tone).toBe('always')
  expect(verdictOf(target('customer', mapping), seen).tone).toBe('open')
})

test('a finding on the expression itself comes before anything about its type', () => {
  const diagnostic = { code: 'unknown_name' as const, severity: 'error' as const, message: 'There is no step b.', path: '/mapping/id', steps: [], fixes: [] }
  expect(verdictOf(target('id', { id: 'steps.b' }), evidence({ diagnostics: [diagnostic] }))).toMatchObject({ tone: 'never', text: 'There is no step b.' })
})

test('a part of a field is told what is wrong with it, and nothing where another part is', () => {
  const mapping = { customer: '{"name": input.name, "more": 1}' }
  const seen = evidence({ fields: [field('/customer', 'never', reason('/customer/name', 'it may be an integer'))] })
  expect(verdictOf(target('customer/name', mapping), seen)).toMatchObject({ tone: 'never', text: 'It may be an integer' })
  expect(verdictOf(target('customer/more', mapping), seen).tone).toBe('quiet')
})

test('what the wire says as a whole is not said again on the field it happens to begin with', () => {
  const diagnostic = { code: 'incompatible_input' as const, severity: 'error' as const, message: 'All of it.', path: '/mapping/note', steps: [], fixes: [] }
  expect(verdictOf(target('note', { note: 'input.note' }), evidence({ diagnostics: [diagnostic] })).tone).toBe('always')
})

test('a sample that is refused is told of, but is no proof', () => {
  const preview = { step: 'b', problems: [{ path: '/note', field: 'note', message: 'Expected string, got null at /note' }] }
  expect(verdictOf(target('note', { note: 'input.note' }), evidence({ preview }))).toEqual({
    tone: 'sometimes',
    text: 'With this sample: Expected string, got null at /note',
  })
})

test('what is not known is not called good', () => {
  const open = evidence({ fields: [{ ...field('/id', 'unknown'), why: 'the step before says nothing' }] })
  expect(verdictOf(target('id', { id: 'input.id' }), open)).toEqual({ tone: 'unknown', text: 'The step before says nothing' })
  expect(verdictOf(target('id', { id: 'input.id' }), evidence({ fields: undefined })).tone).toBe('unknown')
})

const proposal = (expression: string, score: number, verdict: MapProposal['verdict'] = 'always'): MapProposal => ({
  expression, label: expression, score, verdict, why: 'same name',
})
const fields: FieldProposals[] = [
  { field: 'id', required: true, schema: {}, proposals: [proposal('input.id', 0.95), proposal('input.no', 0.4)] },
  { field: 'note', required: false, schema: {}, proposals: [proposal('input.remark', 0.5)] },
  { field: 'customer', required: true, schema: {}, proposals: [proposal('input.customer', 0.99, 'never')] },
  { field: 'none', required: false, schema: {}, proposals: [] },
]

test('auto-map takes what it is sure of, and never what can never fit', () => {
  const offers = offersOf(fields, undefined, false)
  expect(offers.map(({ field, confident }) => [field, confident])).toEqual([['id', true], ['note', false], ['customer', false]])
  expect(taken({ note: 'vars.x' }, offers.filter((each) => each.confident))).toEqual({ note: 'vars.x', id: 'input.id' })
})

test('what is mapped already is offered anew only when asked for, and only when something better is known', () => {
  expect(offersOf(fields, { id: 'input.no', note: ' ' }, false).map((each) => each.field)).toEqual(['note', 'customer'])
  expect(offersOf(fields, { id: 'input.no' }, true)[0]).toMatchObject({ field: 'id', current: 'input.no', best: { expression: 'input.id' } })
  expect(offersOf(fields, { id: 'input.id' }, true).map((each) => each.field)).toEqual(['note', 'customer'])
})
