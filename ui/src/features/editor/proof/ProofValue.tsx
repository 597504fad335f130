import { useMemo } from 'react'

import { toJson } from '@/api/json'
import type { Reason } from '@/api/proof'
import { colour } from '@/components/JsonText'

import classes from './proof.module.css'
import { proofLines } from './proofLines'

type Props = {
  /** What the value shows, e.g. `May arrive`. */
  title: string
  value: unknown
  /** Why it is refused; the places are marked. */
  reasons?: readonly Reason[]
  testId: string
}

/** A value as evidence: short, coloured, with what is wrong or missing in it marked. */
export function ProofValue({ title, value, reasons = NONE, testId }: Props) {
  const lines = useMemo(() => proofLines(toJson(value), reasons.map(({ path }) => path)), [value, reasons])
  return (
    <figure className={classes.value} data-testid={testId}>
      <figcaption>{title}</figcaption>
      <pre tabIndex={0} role="region" aria-label={title}>
        {lines.map(({ depth, text, mark, aside }, index) => (
          <span key={index} className={classes.line} data-mark={mark} style={{ paddingLeft: `${depth * 2 + 1}ch` }}>
            {mark === 'missing' ? (
              <>
                {text} <i>is missing</i>
              </>
            ) : (
              colour(text).map((piece, at) => (
                <span key={at} data-kind={piece.kind}>
                  {piece.text}
                </span>
              ))
            )}
            {aside !== undefined && <span className={classes.aside}>{aside}</span>}
            {mark === 'bad' && <span className="sr-only"> (refused)</span>}
            {'\n'}
          </span>
        ))}
      </pre>
    </figure>
  )
}

const NONE: readonly Reason[] = []
