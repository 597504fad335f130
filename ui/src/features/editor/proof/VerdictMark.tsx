import type { Verdict } from '@/api/proof'

import { VERDICT } from './verdicts'

const STROKES: Record<Verdict, string> = {
  always: 'M2.6 6.4 4.9 8.7 9.4 3.6',
  sometimes: 'M2 6.9C2.9 5 4.4 4.8 6 6s3.1 1 4-.9',
  never: 'M3.2 3.2 8.8 8.8M8.8 3.2 3.2 8.8',
  unknown: 'M4.1 4.4C4.1 3.3 5 2.6 6 2.6s1.9.7 1.9 1.7C7.9 5.7 6 5.7 6 7.2M6 9.4v.1',
}

/** The glyph of a verdict: ✓ ~ ✗ ?, in its colour. Named for screen readers unless words stand beside it. */
export function VerdictMark({ verdict, size = 12, silent = false }: { verdict: Verdict; size?: number; silent?: boolean }) {
  const { word, color } = VERDICT[verdict]
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 12 12"
      fill="none"
      stroke={color}
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      {...(silent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': word })}
    >
      <path d={STROKES[verdict]} />
    </svg>
  )
}
