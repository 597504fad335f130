import { Check, X } from 'lucide-react'

import type { StepView } from '@/api/types'

import classes from './Decided.module.css'

/** Who decided what, and why. */
export function Decided({ decided: { decision, by, comment } }: { decided: NonNullable<StepView['decided']> }) {
  const approved = decision === 'approved'
  const nobody = by === 'deadline'
  return (
    <div className={classes.decided} data-decision={decision} data-testid="decided">
      {approved ? <Check size={14} aria-hidden /> : <X size={14} aria-hidden />}
      <div>
        <b>{approved ? 'Approved' : 'Rejected'}</b> {nobody ? 'by itself: nobody decided before the deadline' : `by ${by}`}
        {comment !== undefined && <q>{comment}</q>}
      </div>
    </div>
  )
}
