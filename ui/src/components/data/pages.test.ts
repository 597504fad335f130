import { expect, test } from 'vitest'

import { findText, pageCount, PAGE_BYTES } from './pages'

/** Reads ranges of a text as the backend does: cut at whole characters. */
function source(text: string) {
  const bytes = new TextEncoder().encode(text)
  const boundary = (at: number) => {
    let index = Math.min(at, bytes.length)
    while (index > 0 && index < bytes.length && ((bytes[index] ?? 0) & 0xc0) === 0x80) index -= 1
    return index
  }
  const read = (offset: number, limit: number) => {
    const start = boundary(offset)
    return Promise.resolve({
      offset: start,
      text: new TextDecoder().decode(bytes.slice(start, boundary(start + limit))),
    })
  }
  return {
    read,
    length: bytes.length,
    at: (needle: string) => new TextEncoder().encode(text.slice(0, text.indexOf(needle))).length,
  }
}

test('finds text across the ranges it reads, counting bytes', async () => {
  const text = `${'ä'.repeat(50)}Needle${'😀'.repeat(30)}end`
  const { read, length, at } = source(text)
  for (const scan of [16, 17, 33, 64, 4096]) {
    expect(await findText(read, length, 'needle', 0, scan), `scan ${scan}`).toBe(at('Needle'))
    expect(await findText(read, length, 'END', 0, scan), `scan ${scan}`).toBe(at('end'))
    expect(await findText(read, length, 'absent', 0, scan), `scan ${scan}`).toBeUndefined()
  }
})

test('goes on from where it is told to', async () => {
  const { read, length } = source('one two one')
  expect(await findText(read, length, 'one', 1)).toBe(8)
  expect(await findText(read, length, 'one', 9)).toBeUndefined()
})

test('a value has at least one page', () => {
  expect([0, 1, PAGE_BYTES, PAGE_BYTES + 1].map(pageCount)).toEqual([1, 1, 1, 2])
})
