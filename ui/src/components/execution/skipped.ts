//! Why a step did not run, in words.

import type { SkipReason } from '@/api/types'
import { plural } from '@/components/format'

/** As a clause: `its condition was false (input.ok)`. `nameOf` says what people call a step. */
export function skipClause(reason: SkipReason, nameOf: (step: string) => string): string {
  switch (reason.why) {
    case 'condition_false':
      return `its condition was false (${reason.detail.expression})`
    case 'branch_not_taken':
      return 'no wire to it was followed'
    case 'upstream_failed':
      return `${nameOf(reason.detail.step)}, which it needs, failed`
    case 'join_out_of_reach':
      // How many were followed by then is a matter of who came first; that there would be too few is not.
      return `fewer than the ${plural(reason.detail.needed, 'wire')} it waits for could be followed`
    case 'nothing_to_undo':
      return 'there was nothing to undo'
  }
}

/** In a word or two, where there is little room. */
export function skipWord(why: SkipReason['why']): string {
  switch (why) {
    case 'condition_false':
      return 'condition was false'
    case 'branch_not_taken':
      return 'not reached'
    case 'upstream_failed':
      return 'a step before failed'
    case 'join_out_of_reach':
      return 'too few branches'
    case 'nothing_to_undo':
      return 'nothing to undo'
  }
}
