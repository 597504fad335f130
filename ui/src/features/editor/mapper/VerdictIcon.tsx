import { Tooltip } from '@mantine/core'
import { Asterisk } from 'lucide-react'

import { VerdictMark } from '../proof/VerdictMark'
import { VERDICT } from '../proof/verdicts'
import classes from './target.module.css'
import type { FieldVerdict } from './verdicts'

/** ✓ ~ ✗ ? in a circle, with the reason on hover and for screen readers. */
export function VerdictIcon({ verdict, testId }: { verdict: FieldVerdict; testId?: string }) {
  const { tone, text } = verdict
  if (tone === 'quiet') return <span className={classes.verdict} />
  return (
    <Tooltip label={text} multiline maw={320} position="left" openDelay={150}>
      <span
        className={classes.verdict}
        role="img"
        aria-label={`${tone === 'open' ? 'Missing' : VERDICT[tone].word}: ${text}`}
        data-tone={tone}
        data-testid={testId}
      >
        {tone === 'open' ? <Asterisk size={12} strokeWidth={2.8} aria-hidden /> : <VerdictMark verdict={tone} size={11} silent />}
      </span>
    </Tooltip>
  )
}
