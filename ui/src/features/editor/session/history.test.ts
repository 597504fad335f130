import { expect, test } from 'vitest'

import { flow } from '@/graph/testing'

import { continues, NO_HISTORY, recorded, redone, undone, type History } from './history'

const [a, b, c] = [flow('a'), flow('a b'), flow('a b c')]
const labels = ({ undo, redo }: History) => [undo.map((each) => each.label), redo.map((each) => each.label)]

test('an edit is undone and done again, state for state', () => {
  const one = recorded(NO_HISTORY, { label: 'one', before: a, after: b, at: 0 })
  const two = recorded(one, { label: 'two', before: b, after: c, at: 1 })
  expect(labels(two)).toEqual([['one', 'two'], []])
  const back = undone(two)
  expect(labels(back)).toEqual([['one'], ['two']])
  expect(back.redo[0]).toMatchObject({ before: { document: b }, after: { document: c } })
  expect(labels(redone(back))).toEqual(labels(two))
})

test('an edit after an undo ends what could be done again', () => {
  const back = undone(recorded(NO_HISTORY, { label: 'one', before: a, after: b, at: 0 }))
  expect(labels(recorded(back, { label: 'other', before: a, after: c, at: 1 }))).toEqual([['other'], []])
})

test('typing in one field is one step of undo, until a pause or another field', () => {
  const typed = { label: 'Rename', before: a, after: b, merge: 'name:a', at: 1_000 }
  const one = recorded(NO_HISTORY, typed)
  const more = recorded(one, { ...typed, before: b, after: c, at: 2_500 })
  expect(more.undo).toHaveLength(1)
  expect(more.undo[0]).toMatchObject({ before: { document: a }, after: { document: c } })
  expect(recorded(one, { ...typed, at: 4_000 }).undo).toHaveLength(2)
  expect(recorded(one, { ...typed, merge: 'name:b' }).undo).toHaveLength(2)
  expect(recorded(one, { ...typed, merge: undefined }).undo).toHaveLength(2)
})

test('typing does not reach through an undo', () => {
  const one = recorded(NO_HISTORY, { label: 'Rename', before: a, after: b, merge: 'name:a', at: 0 })
  const again = redone(undone(one))
  expect(continues(again, { merge: 'name:a', at: 1 })).toBe(false)
})

test('nothing to undo changes nothing', () => {
  expect(undone(NO_HISTORY)).toBe(NO_HISTORY)
  expect(redone(NO_HISTORY)).toBe(NO_HISTORY)
})
