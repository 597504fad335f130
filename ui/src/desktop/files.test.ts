import { expect, test } from 'vitest'

import { fileNameFor } from './files'

test.each([
  ['IT ticket triage', 'it-ticket-triage.heddle.json'],
  ['  Über/../x  ', 'uber-x.heddle.json'],
  ['注文 処理', '注文-処理.heddle.json'],
  ['…', 'workflow.heddle.json'],
])('%s is saved as %s', (name, file) => {
  expect(fileNameFor(name)).toBe(file)
})
