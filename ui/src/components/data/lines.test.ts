import { expect, test } from 'vitest'

import { parseJson } from './json'
import { findIn, initialDepth, keysOf, linesOf, type Openness, reveal } from './lines'

const TEXT = '{"a":1,"list":[true,{"deep":"Needle"}],"none":{}}'
const root = parseJson(TEXT)
const allOpen: Openness = { depth: 9, changed: new Map() }

/** The lines as `id type depth`. */
const drawn = (openness: Openness) => linesOf(root, openness).map((line) => `${line.id} ${line.type} ${line.depth}`)

test('open containers take a line at their start and one at their end; empty ones a single one', () => {
  expect(drawn(allOpen)).toEqual([
    ' open 0',
    '0 leaf 1',
    '1 open 1',
    '1.0 leaf 2',
    '1.1 open 2',
    '1.1.0 leaf 3',
    '1.1 end 2',
    '1 end 1',
    '2 leaf 1',
    ' end 0',
  ])
})

test('a closed container hides what is in it', () => {
  expect(drawn({ depth: 9, changed: new Map([['1', false]]) })).toEqual([
    ' open 0',
    '0 leaf 1',
    '1 closed 1',
    '2 leaf 1',
    ' end 0',
  ])
})

test('deeper than the depth is closed until somebody opens it', () => {
  expect(drawn({ depth: 1, changed: new Map() })).toContain('1 closed 1')
  expect(drawn(reveal({ depth: 1, changed: new Map() }, '1.1.0'))).toContain('1.1.0 leaf 3')
})

test('search finds keys and values in the order of the text, whatever the case', () => {
  expect(findIn(TEXT, root, 'needle', 10)).toEqual(['1.1.0'])
  expect(findIn(TEXT, root, 'DEEP', 10)).toEqual(['1.1.0'])
  expect(findIn(TEXT, root, 'e', 2)).toEqual(['1.0', '1.1.0'])
  expect(findIn(TEXT, root, '', 10)).toEqual([])
})

test('the id of a line leads to its keys', () => {
  expect(keysOf(root, '1.1.0')).toEqual(['list', 1, 'deep'])
  expect(keysOf(root, '')).toEqual([])
})

test('a value opens as deep as fits the number of lines', () => {
  expect(initialDepth(root, 100)).toBe(4)
  expect(initialDepth(root, 6)).toBe(1)
  const wide = parseJson(`[${Array.from({ length: 1000 }, () => '[1]').join(',')}]`)
  expect(initialDepth(wide, 200)).toBe(1)
})
