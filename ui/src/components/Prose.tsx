import { Fragment } from 'react'

import classes from './Prose.module.css'

/** A sentence in which `backticks` mark code. */
export function Prose({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/)
  return parts.map((part, index) =>
    // Odd places are what stood between backticks; the place is the identity.
    index % 2 === 1 ? (
      <code key={index} className={classes.code}>
        {part}
      </code>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  )
}
