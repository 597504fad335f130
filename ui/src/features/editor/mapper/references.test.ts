import { expect, test } from 'vitest'

import { isSelection, referencesIn } from './references'

const ends = (expression: string) => referencesIn(expression).map((each) => each.at(-1))

test('every field an expression uses is found, functions and texts are not', () => {
  expect(ends('steps.a.output.id + string(input.n.size()) + "steps.b.output"')).toEqual(['steps.a.output.id', 'input.n'])
  expect(ends('has(vars.limit) ? steps["odd id"].output[0].x : 3 // input.never')).toEqual([
    'vars.limit',
    'steps["odd id"].output[0].x',
  ])
  expect(ends('steps.a.output.items.map(each, each.input)')).toEqual(['steps.a.output.items'])
})

test('a reference names what leads to it as well, so that a folded tree still holds its wire', () => {
  expect(referencesIn('steps.a.output.x')).toEqual([['steps', 'steps.a', 'steps.a.output', 'steps.a.output.x']])
})

test.each([
  ['steps.a.output.id', true],
  [' input["a b"][0] ', true],
  ['input.a + 1', false],
  ['string(input.a)', false],
  ['input.a.size()', false],
  ['"input"', false],
])('%s selects and nothing more: %s', (expression, selects) => expect(isSelection(expression)).toBe(selects))
