import { expect, test } from 'vitest'

import { identifier, isIdentifier, numbered, unique } from './ids'

test.each([
  ['Ticket Analyzer', 'ticket_analyzer'],
  ['  Größe & Gewicht ', 'grosse_gewicht'],
  ['Solution Generator (v2)', 'solution_generator_v2'],
  ['2 factor check', 'step_2_factor_check'],
  ['チケット', 'step'],
  ['in', 'step_in'],
  ['input', 'step_input'],
  ['', 'step'],
])('a step called %j gets the id %j', (name, id) => {
  expect(identifier(name)).toBe(id)
  expect(isIdentifier(identifier(name))).toBe(true)
})

test('an id is never longer than it can be read', () => {
  expect(identifier('word '.repeat(40)).length).toBeLessThanOrEqual(40)
  expect(identifier('word '.repeat(40))).not.toMatch(/_$/)
})

test('a taken id gets the next free number', () => {
  expect(unique('a', new Set())).toBe('a')
  expect(unique('a', new Set(['a', 'a_2']))).toBe('a_3')
  expect(numbered('e', new Set(['e1', 'e3']))).toBe('e2')
})
