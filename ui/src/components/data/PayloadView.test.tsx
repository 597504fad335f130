import { screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { giveSize, renderWith } from '../testing'
import { TREE_BYTES } from './pages'
import { PayloadView } from './PayloadView'

beforeEach(() => giveSize(600, 400))

/** A backend that holds one value, and counts how it is read. */
function hold(text: string) {
  const bytes = new TextEncoder().encode(text)
  const asked: { offset: number; limit: number }[] = []
  vi.stubGlobal('fetch', (input: URL | Request) => {
    const { searchParams } = new URL(input instanceof Request ? input.url : input)
    const offset = Number(searchParams.get('offset'))
    const limit = Number(searchParams.get('limit'))
    asked.push({ offset, limit })
    const part = new TextDecoder().decode(bytes.slice(offset, offset + limit))
    return Promise.resolve(
      new Response(JSON.stringify({ hash: 'h', bytes: bytes.length, offset, text: part, complete: false })),
    )
  })
  return { reference: { hash: `h${text.length}`, bytes: bytes.length }, asked }
}

test('numbers are shown to the letter, keys in the order of the text', async () => {
  const { reference } = hold('{"2":12345678901234567890,"1":1.0,"big":1e400,"zero":-0,"list":[]}')
  renderWith(<PayloadView reference={reference} label="Output" />)
  const tree = await screen.findByRole('tree', { name: 'Output' })
  expect(
    within(tree)
      .getAllByRole('treeitem')
      .map((item) => item.textContent),
  ).toEqual(['{', '2: 12345678901234567890', '1: 1.0', 'big: 1e400', 'zero: -0', 'list: []'])
})

test('a container closes and opens, and says how much is in it', async () => {
  const { reference } = hold('{"list":[1,2,3]}')
  renderWith(<PayloadView reference={reference} label="Output" />)
  await userEvent.click(await screen.findByTestId('json-toggle-0'))
  const item = screen.getByText('3 items').closest('[role=treeitem]')
  expect(item?.getAttribute('aria-expanded')).toBe('false')
  await userEvent.click(screen.getByTestId('json-toggle-0'))
  expect(screen.queryByText('3 items')).toBeNull()
})

test('the keyboard walks the tree, and the path is the one an expression writes', async () => {
  const { reference } = hold('{"customer":{"full name":"Ada","tags":["a","b"]}}')
  renderWith(<PayloadView reference={reference} label="Output" path="steps.a.output" />)
  const tree = await screen.findByRole('tree')
  tree.focus()
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
  expect(screen.getByTestId('json-path').textContent).toBe('steps.a.output.customer["full name"]')
  await userEvent.keyboard('{End}')
  expect(screen.getByTestId('json-path').textContent).toBe('steps.a.output.customer.tags[1]')
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
  expect(screen.getByText('2 items')).toBeTruthy()
})

test('search opens what hides a hit and goes from hit to hit', async () => {
  const { reference } = hold(`{"many":[${Array.from({ length: 200 }, (_, i) => `{"n":"item ${i}"}`).join(',')}]}`)
  renderWith(<PayloadView reference={reference} label="Output" path="out" />)
  await userEvent.type(await screen.findByTestId('json-search'), 'item 2{Enter}')
  expect(screen.getByTestId('json-path').textContent).toBe('out.many[2].n')
  await userEvent.keyboard('{Enter}')
  expect(screen.getByTestId('json-path').textContent).toBe('out.many[20].n')
  await userEvent.keyboard('{Shift>}{Enter}{/Shift}')
  expect(screen.getByTestId('json-path').textContent).toBe('out.many[2].n')
})

test('a long string is cut until it is opened', async () => {
  const { reference } = hold(JSON.stringify({ text: `${'word '.repeat(100)}\nlast line` }))
  renderWith(<PayloadView reference={reference} label="Output" />)
  const more = await screen.findByText(/^Show all/)
  expect(screen.queryByText(/last line/)).toBeNull()
  await userEvent.click(more)
  expect(screen.getByText(/last line/).textContent).toContain('\nlast line')
})

test('of a large value only one page is read and shown', async () => {
  const { reference, asked } = hold(`"${'x'.repeat(TREE_BYTES * 4)}"`)
  renderWith(<PayloadView reference={reference} label="Output" />)
  const page = await screen.findByTestId('payload-page')
  await vi.waitFor(() =>
    expect(page.ownerDocument.querySelector('[data-testid=payload-page]')?.textContent).toContain('xxx'),
  )
  expect(asked).toEqual([{ offset: 0, limit: 32_768 }])
  expect(document.body.textContent.length).toBeLessThan(40_000)
  await userEvent.click(screen.getByTestId('payload-next'))
  expect(screen.getByTestId('payload-page-number').textContent).toBe('Page 2 of 33')
  await vi.waitFor(() => expect(asked).toHaveLength(2))
  expect(asked[1]).toEqual({ offset: 32_768, limit: 32_768 })
})

test('text that is not JSON is shown with the reason', async () => {
  const { reference } = hold('{"a":')
  renderWith(<PayloadView reference={reference} label="Output" />)
  expect(await screen.findByText(/Not JSON: expected a value at character 6/)).toBeTruthy()
  expect(screen.getByText('{"a":')).toBeTruthy()
})
