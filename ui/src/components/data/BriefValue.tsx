import { useMemo } from 'react'

import { toJson } from '@/api/json'

import { brief } from './brief'
import classes from './BriefValue.module.css'

type Props = { value: unknown; room?: number; testId?: string }

/** Characters of the whole value shown on hover. */
const MOST = 600

/** A value on one line, in the colours of JSON; hovering tells more of it. */
export function BriefValue({ value, room = 80, testId }: Props) {
  const parts = useMemo(() => brief(value, room), [value, room])
  return (
    <span
      className={classes.value}
      data-testid={testId}
      onPointerEnter={(event) => {
        event.currentTarget.title = toJson(value, 2).slice(0, MOST)
      }}
    >
      {parts.map(({ kind, text }, index) =>
        kind ? (
          <span key={index} className={classes[kind]}>
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </span>
  )
}
