import { useMemo } from 'react'

import { toJson } from '@/api/json'

import classes from './JsonText.module.css'

type Props = {
  value: unknown
  /** Characters shown before the text is cut. */
  limit?: number
  label?: string
}

/** A value as coloured JSON, cut after `limit` characters so that a megabyte never enters the page. */
export function JsonText({ value, limit = 20_000, label }: Props) {
  const text = useMemo(() => toJson(value, 2), [value])
  const pieces = useMemo(() => colour(text.slice(0, limit)), [text, limit])
  return (
    <pre className={classes.json} tabIndex={0} aria-label={label ?? 'JSON'} role="region">
      {pieces.map((piece, index) =>
        piece.kind ? (
          <span key={index} className={classes[piece.kind]}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
      {text.length > limit && <span className={classes.cut}>{`\n… ${text.length - limit} more characters`}</span>}
    </pre>
  )
}

export type Piece = { kind?: 'key' | 'string' | 'number' | 'word'; text: string }

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g

/** Splits JSON text into runs of one colour each. */
export function colour(text: string): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) })
    const [all, string, colon, number] = match
    if (string) {
      pieces.push({ kind: colon ? 'key' : 'string', text: string })
      if (colon) pieces.push({ text: colon })
    } else pieces.push({ kind: number ? 'number' : 'word', text: all })
    done = match.index + all.length
  }
  if (done < text.length) pieces.push({ text: text.slice(done) })
  return pieces
}
