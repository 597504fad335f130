import { ActionIcon } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight, Search } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { messageOf } from '@/api/errors'
import { fetchPayload, payloadQuery } from '@/api/payloads'
import type { PayloadRef } from '@/api/types'
import { formatBytes } from '@/components/format'

import classes from './data.module.css'
import { findText, PAGE_BYTES, pageCount } from './pages'

type Props = { reference: PayloadRef; label: string; fill: boolean; actions: ReactNode }

/** A large value as text, a page at a time. */
export function PayloadPages({ reference, label, fill, actions }: Props) {
  const [page, setPage] = useState(0)
  const [hit, setHit] = useState<{ at: number; length: number }>()
  const count = pageCount(reference.bytes)
  const query = useQuery({
    ...payloadQuery(reference.hash, page * PAGE_BYTES, PAGE_BYTES),
    placeholderData: keepPreviousData,
  })
  const text = query.data?.text ?? ''
  const at = hit && query.data ? charAt(text, hit.at - query.data.offset) : -1
  const go = (to: number) => {
    setHit(undefined)
    setPage(Math.min(Math.max(0, to), count - 1))
  }
  return (
    <div className={classes.value} data-fill={fill || undefined} data-testid="payload-pages">
      <div className={classes.bar}>
        <PageSearch
          reference={reference}
          after={hit ? hit.at + 1 : page * PAGE_BYTES}
          onFound={(found, length) => {
            setHit({ at: found, length })
            setPage(Math.floor(found / PAGE_BYTES))
          }}
        />
        <span className={classes.gap} />
        {actions}
      </div>
      <p className={classes.large}>
        {formatBytes(reference.bytes)}: too large for a tree, so its text is shown in pages. The whole value is one
        download away.
      </p>
      <pre
        // A new page starts at its top, or with the hit in its middle.
        key={`${query.data?.offset}:${hit?.at}`}
        className={classes.page}
        tabIndex={0}
        role="region"
        aria-label={`${label}, page ${page + 1} of ${count}`}
        aria-busy={query.isPlaceholderData}
        data-testid="payload-page"
      >
        {query.isError ? (
          <span className={classes.broken}>{messageOf(query.error)}</span>
        ) : at >= 0 && hit ? (
          <>
            {text.slice(0, at)}
            <mark ref={toMiddle}>{text.slice(at, at + hit.length)}</mark>
            {text.slice(at + hit.length)}
          </>
        ) : (
          text
        )}
      </pre>
      <nav className={classes.pager} aria-label="Pages">
        <ActionIcon size={22} aria-label="First page" disabled={page === 0} onClick={() => go(0)}>
          <ChevronFirst size={14} />
        </ActionIcon>
        <ActionIcon size={22} aria-label="Previous page" disabled={page === 0} onClick={() => go(page - 1)}>
          <ChevronLeft size={14} />
        </ActionIcon>
        <span data-testid="payload-page-number">
          Page {page + 1} of {count}
        </span>
        <ActionIcon
          size={22}
          aria-label="Next page"
          disabled={page >= count - 1}
          onClick={() => go(page + 1)}
          data-testid="payload-next"
        >
          <ChevronRight size={14} />
        </ActionIcon>
        <ActionIcon size={22} aria-label="Last page" disabled={page >= count - 1} onClick={() => go(count - 1)}>
          <ChevronLast size={14} />
        </ActionIcon>
      </nav>
    </div>
  )
}

const toMiddle = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'center' })

/** Finds the next occurrence, reading through the value without showing it. */
function PageSearch(props: { reference: PayloadRef; after: number; onFound: (at: number, length: number) => void }) {
  const { reference, after, onFound } = props
  const [needle, setNeedle] = useState('')
  const [state, setState] = useState('')

  async function next() {
    if (needle === '') return
    setState('searching…')
    try {
      const read = (offset: number, limit: number) => fetchPayload(reference.hash, offset, limit)
      let found = await findText(read, reference.bytes, needle, after)
      if (found === undefined && after > 0) found = await findText(read, reference.bytes, needle, 0)
      setState(found === undefined ? 'not found' : '')
      if (found !== undefined) onFound(found, needle.length)
    } catch (error) {
      setState(messageOf(error))
    }
  }

  return (
    <div className={classes.search}>
      <Search size={12} aria-hidden />
      <input
        value={needle}
        placeholder="Search all of it, then Enter"
        aria-label="Search within the value"
        onChange={(event) => {
          setNeedle(event.currentTarget.value)
          setState('')
        }}
        onKeyDown={(event) => event.key === 'Enter' && void next()}
        data-testid="payload-search"
      />
      <span className={classes.hits} role="status">
        {state}
      </span>
    </div>
  )
}

/** The position in UTF-16 units of byte `bytes` of `text`; -1 when it lies outside. */
function charAt(text: string, bytes: number): number {
  if (bytes < 0) return -1
  let seen = 0
  for (let index = 0; index < text.length;) {
    if (seen >= bytes) return index
    const point = text.codePointAt(index) ?? 0
    seen += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    index += point < 0x10000 ? 1 : 2
  }
  return -1
}
