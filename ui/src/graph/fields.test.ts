import { expect, test } from 'vitest'

import { outputOf, select } from './expressions'
import { fieldsOf, flattened, proposals, sourcesFor, typeWord } from './fields'
import { agent, flow, library, withStepChange } from './testing'

const schema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string', description: 'Its number' },
    tags: { type: 'array', items: { type: 'string' } },
    'odd name': { $ref: '#/$defs/inner' },
  },
  $defs: { inner: { type: 'object', properties: { deep: { type: ['integer', 'null'] } } } },
}

test('fields are named with the expression that selects them, through references', () => {
  const fields = fieldsOf(schema, 'steps.a.output')
  expect(fields.map(({ expression, type, required }) => [expression, type, required])).toEqual([
    ['steps.a.output.id', 'text', true],
    ['steps.a.output.tags', 'list of text', false],
    ['steps.a.output["odd name"]', 'object', false],
  ])
  expect(fields[2]?.children[0]).toMatchObject({ expression: 'steps.a.output["odd name"].deep', type: 'whole number or nothing' })
})

test('a schema that refers to itself ends', () => {
  const loop = { $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' }
  expect(fieldsOf(loop, 'input')).toHaveLength(1)
})

test.each([
  [undefined, 'anything'],
  [true, 'anything'],
  [{ enum: ['a', 'b'] }, 'choice'],
  [{ type: 'boolean' }, 'yes or no'],
  [{ properties: {} }, 'object'],
])('the type of %j reads %j', (schema, word) => expect(typeWord(schema)).toBe(word))

test('words that expressions keep for themselves are selected all the same', () => {
  expect(select('input', ['in', 0, 'a b'])).toBe('input["in"][0]["a b"]')
  expect(outputOf('good')).toBe('steps.good.output')
  expect(outputOf('not good')).toBe('steps["not good"].output')
})

test('a step is offered its ancestors, nearest first, then input and variables; siblings are not there', () => {
  let document = flow('a>b b>c a>sibling', { input_schema: schema, variables: { limit: 3 } })
  document = withStepChange(document, 'b', { agent: 'lib' })
  const lib = library(agent('script', { id: 'lib', name: 'B', output_schema: { type: 'object', properties: { total: { type: 'number' } } } }))
  const sources = sourcesFor(document, 'c', lib)
  expect(sources.map((source) => source.expression)).toEqual(['steps.b.output', 'steps.a.output', 'input', 'vars'])
  expect(flattened(sources).map((proposal) => proposal.expression)).toContain('vars.limit')
})

test('a mapping is proposed by name, from the nearest source, only where nothing is mapped', () => {
  const source = (id: string, ...names: string[]) => ({
    id,
    title: id,
    expression: `steps.${id}.output`,
    known: true,
    fields: names.map((name) => ({ name, expression: `steps.${id}.output.${name}`, type: 'text', required: true, children: [] })),
  })
  expect(proposals(['x', 'y', 'z'], { y: 'input.y' }, [source('near', 'x'), source('far', 'x', 'y')])).toEqual({
    x: 'steps.near.output.x',
  })
})
