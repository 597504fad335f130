import { Tooltip } from '@mantine/core'

import type { ProofMode } from '@/api/proof'

import { useProof, useProofDoor } from '../session/context'
import classes from './proof.module.css'
import { MODE } from './verdicts'

const MODES: readonly ProofMode[] = ['declared', 'strict']

/** What verdicts count on; holds for every wire, and is remembered. */
export function ModeSwitch() {
  const proof = useProofDoor()
  const mode = useProof((state) => state.mode)
  return (
    <div className={classes.modes} role="group" aria-label="What may arrive">
      {MODES.map((each) => (
        <Tooltip key={each} label={MODE[each].means} multiline w={230} position="bottom">
          <button
            type="button"
            aria-pressed={mode === each}
            onClick={() => proof.setMode(each)}
            data-testid={`proof-mode-${each}`}
          >
            {MODE[each].word}
          </button>
        </Tooltip>
      ))}
    </div>
  )
}
