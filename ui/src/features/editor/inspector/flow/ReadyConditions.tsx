import { readyConditions, type Subject } from '@/graph/ready'

import classes from './flow.module.css'

type Props = {
  /** What the condition is about when none of the fields fits. */
  subject: string
  fields: readonly Subject[]
  onChoose: (expression: string) => void
  testId: string
}

/** Conditions at one click; the expression can be changed afterwards. */
export function ReadyConditions({ subject, fields, onChoose, testId }: Props) {
  return (
    <div className={classes.ready} role="group" aria-label="Ready-made conditions">
      {readyConditions(subject, fields).map(({ id, label, expression }) => (
        <button key={id} type="button" title={expression} onClick={() => onChoose(expression)} data-testid={`${testId}-${id}`}>
          {label}
        </button>
      ))}
    </div>
  )
}
