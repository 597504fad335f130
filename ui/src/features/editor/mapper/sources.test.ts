import { expect, test } from 'vitest'

import { agent, flow, library, withStepChange } from '@/graph/testing'

import { declaredSources, nearestFirst } from './sources'

test('a step is offered its ancestors, nearest first, then input and variables; siblings are not there', () => {
  let document = flow('a>b b>c a>sibling', { input_schema: { type: 'object' }, variables: { limit: 3 } })
  document = withStepChange(document, 'b', { agent: 'lib' })
  const lib = library(agent('script', { id: 'lib', name: 'B', output_schema: { type: 'object' } }))
  const sources = declaredSources(document, 'c', lib)
  expect(sources.map((source) => source.expression)).toEqual(['steps.b.output', 'steps.a.output', 'input', 'vars'])
  expect(sources[0]).toMatchObject({ label: 'B', step: 'b' })
})

test('whatever order the backend tells them in, steps come before what was there from the start', () => {
  const named = (expression: string, step?: string) => ({ expression, label: expression, schema: true, ...(step && { step }) })
  const sources = [named('input'), named('vars'), named('steps.b.output', 'b'), named('steps.a.output', 'a')]
  expect(nearestFirst(sources).map((each) => each.expression)).toEqual(['steps.b.output', 'steps.a.output', 'input', 'vars'])
})
