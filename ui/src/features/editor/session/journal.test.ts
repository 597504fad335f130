import { expect, test } from 'vitest'

import { continuedLabel, historyFrom, redoLabel, undoLabel } from './journal'

/** Labels oldest first, with revisions 1, 2, 3 … */
function read(...labels: string[]) {
  const edits = labels.map((label, index) => ({ revision: index + 1, at: '2026-01-01T00:00:00.000000Z', label }))
  const { undo, redo } = historyFrom(edits.toReversed())
  const show = (entries: typeof undo) =>
    entries.map(({ label, before, after }) => `${label} ${'revision' in before && before.revision}→${'revision' in after && after.revision}`)
  return { undo: show(undo), redo: show(redo) }
}

test('edits of an earlier visit can be undone, each to the state before it', () => {
  expect(read('Create', 'A', 'B')).toEqual({ undo: ['A 1→2', 'B 2→3'], redo: [] })
})

test('what was undone before closing can be done again, the last undone first', () => {
  expect(read('Create', 'A', 'B', undoLabel('B'), undoLabel('A'))).toEqual({ undo: [], redo: ['B 4→3', 'A 5→4'] })
})

test('what was done again stands, and only the rest can be done again', () => {
  expect(read('Create', 'A', 'B', undoLabel('B'), undoLabel('A'), redoLabel('A'))).toEqual({
    undo: ['A 5→6'],
    redo: ['B 4→3'],
  })
})

test('an edit after an undo replaces what was undone', () => {
  expect(read('Create', 'A', 'B', undoLabel('B'), 'C')).toEqual({ undo: ['A 1→2', 'C 4→5'], redo: [] })
})

test('typing is one step', () => {
  expect(read('Create', 'Rename', continuedLabel('Rename'), continuedLabel('Rename'), 'Move')).toEqual({
    undo: ['Rename 1→4', 'Move 4→5'],
    redo: [],
  })
})

test('a page that begins in the middle offers nothing it cannot reach', () => {
  expect(read('whatever')).toEqual({ undo: [], redo: [] })
  expect(read()).toEqual({ undo: [], redo: [] })
})
