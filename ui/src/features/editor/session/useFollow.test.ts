import { expect, test } from 'vitest'

import { createUi } from './ui'
import { mayFollow } from './useFollow'

const saver = (revision: number, pending: number) => ({ saver: { revision: () => revision, pending: () => pending } }) as Parameters<typeof mayFollow>[0]

test('a newer state is taken over, and only a newer one', () => {
  expect(mayFollow(saver(3, 0), createUi(), 4)).toBe(true)
  expect(mayFollow(saver(3, 0), createUi(), 3)).toBe(false)
  expect(mayFollow(saver(3, 0), createUi(), 2)).toBe(false)
})

test('edits that are not saved yet are not dropped for it', () => {
  expect(mayFollow(saver(3, 1), createUi(), 4)).toBe(false)
})

test('nothing is taken from under the hand', () => {
  const ui = createUi()
  ui.setState({ drawing: { from: 'a', barred: new Set(), fits: new Map() } })
  expect(mayFollow(saver(3, 0), ui, 4)).toBe(false)
  ui.setState({ drawing: null })
  const dragged = document.createElement('div')
  dragged.className = 'react-flow__node dragging'
  document.body.append(dragged)
  expect(mayFollow(saver(3, 0), ui, 4)).toBe(false)
  dragged.remove()
  expect(mayFollow(saver(3, 0), ui, 4)).toBe(true)
})
