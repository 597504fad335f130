import { expect, test, vi } from 'vitest'

import { flow } from '@/graph/testing'

import { evaluate, previewWorkflow } from './preview'

const asked = vi.hoisted(() => [] as { path: string; body: { document: object } }[])
vi.mock('./client', () => ({
  client: {
    POST: async (path: string, { body }: { body: { document: object } }) => {
      asked.push({ path, body })
      return { data: {} }
    },
  },
  answer: async (call: Promise<{ data: unknown }>) => (await call).data,
}))

const document = flow('a', { tests: [{ name: 'Mine', input: { x: 1 } }] })

test('made-up data is made up even when the workflow has samples of its own', async () => {
  await previewWorkflow(document, { seed: 3 })
  expect(asked.at(-1)).toMatchObject({ path: '/api/preview', body: { seed: 3 } })
  expect(asked.at(-1)?.body.document).not.toHaveProperty('tests')
  await evaluate({ document, step: 'a', expression: 'input.x', seed: 3 })
  expect(asked.at(-1)?.body).toMatchObject({ step: 'a', expression: 'input.x', seed: 3 })
  expect(asked.at(-1)?.body.document).not.toHaveProperty('tests')
})

test('for given data and for a run the document goes as it is', async () => {
  await previewWorkflow(document, { input: null })
  expect(asked.at(-1)?.body).toEqual({ document, input: null })
  await previewWorkflow(document, { execution: 'exec-1' })
  expect(asked.at(-1)?.body).toEqual({ document, execution: 'exec-1' })
})
