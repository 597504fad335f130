import { fetchPayload } from '@/api/payloads'
import type { PayloadRef } from '@/api/types'

/** Values up to this many bytes are shown as a tree. */
export const TREE_BYTES = 256 * 1024
/** A page of a larger value's text, in bytes. */
export const PAGE_BYTES = 32 * 1024
/** What one request reads while searching. */
const SCAN_BYTES = 1024 * 1024
/** The longest request for a range. */
const RANGE_BYTES = 64 * 1024

const encoder = new TextEncoder()

/** The whole text of a small value, range by range. */
export async function readAll(reference: PayloadRef, signal?: AbortSignal): Promise<string> {
  let text = ''
  let offset = 0
  while (offset < reference.bytes) {
    const range = await fetchPayload(reference.hash, offset, RANGE_BYTES, signal)
    text += range.text
    const read = encoder.encode(range.text).length
    if (read === 0) throw new Error(`The value ends after ${offset} of ${reference.bytes} bytes.`)
    offset = range.offset + read
  }
  return text
}

/** How many pages a value has. */
export function pageCount(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES))
}

/**
 * The offset in bytes of the first place at or after `from` where `needle` stands, whatever the case; `undefined` when
 * there is none. Reads the text in ranges that overlap by the needle's length, so that none is missed between two.
 */
export async function findText(
  read: (offset: number, limit: number) => Promise<{ offset: number; text: string }>,
  bytes: number,
  needle: string,
  from: number,
  scan = SCAN_BYTES,
): Promise<number | undefined> {
  const wanted = needle.toLowerCase()
  const overlap = encoder.encode(needle).length * 2
  for (let offset = from; offset < bytes;) {
    const range = await read(offset, scan)
    const at = range.text.toLowerCase().indexOf(wanted)
    if (at >= 0) return range.offset + encoder.encode(range.text.slice(0, at)).length
    const end = range.offset + encoder.encode(range.text).length
    if (end >= bytes) return undefined
    offset = Math.max(end - overlap, offset + 1)
  }
  return undefined
}
