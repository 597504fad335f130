import { expect, test } from 'vitest'

import { copyName, freeId } from './ids'

test('an id is made of the name and never one that is taken', () => {
  expect(freeId('Ticket Analyzer!', new Set())).toBe('ticket-analyzer')
  expect(freeId('Größe', new Set(['große', 'gro-e']))).toBe('gro-e-2')
  expect(freeId('注文', new Set(['agent', 'agent-2']))).toBe('agent-3')
})

test('copies are numbered', () => {
  expect(copyName('Greeter', new Set())).toBe('Greeter (copy)')
  expect(copyName('Greeter', new Set(['Greeter (copy)']))).toBe('Greeter (copy 2)')
})
