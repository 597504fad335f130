import { Button } from '@mantine/core'
import { Pin, PinOff } from 'lucide-react'
import { useState } from 'react'

import { messageOf } from '@/api/errors'
import { parseJson, toJson } from '@/api/json'
import type { Step } from '@/api/types'
import { CodeEditor } from '@/components/code/CodeEditor'
import { setPin } from '@/graph/edits/flow'

import { useSession } from '../../session/context'
import classes from '../inspector.module.css'
import { usePinLast } from './usePinLast'

/** The output that stands for the agent's own in test runs. */
export function PinSection({ step }: { step: Step }) {
  const session = useSession()
  const pinLast = usePinLast(step.id)
  const [text, setText] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const set = (pin: unknown) => session.apply(setPin(session.store.getState().document, step.id, pin))
  const write = (next: string) => {
    setText(next)
    try {
      set(parseJson(next))
      setWrong(null)
    } catch (error) {
      setWrong(messageOf(error))
    }
  }
  const restart = () => {
    setText(null)
    setWrong(null)
  }
  if (step.pin === undefined) {
    return (
      <section className={classes.section}>
        <div className={classes.actions}>
          {pinLast && (
            <Button leftSection={<Pin size={13} />} onClick={() => void pinLast()} data-testid="pin-last">
              Pin last output
            </Button>
          )}
          <Button variant="subtle" leftSection={<Pin size={13} />} onClick={() => set({})} data-testid="pin-write">
            Pin an output …
          </Button>
        </div>
      </section>
    )
  }
  return (
    <section className={classes.section} data-testid="pin">
      <div className={classes.heading}>
        Pinned output
        <Button
          size="compact-xs"
          leftSection={<PinOff size={11} />}
          onClick={() => {
            restart()
            set(undefined)
          }}
          data-testid="unpin"
        >
          Unpin
        </Button>
      </div>
      <CodeEditor label="Pinned output as JSON" language="json" value={text ?? toJson(step.pin, 2)} onChange={write} minHeight={80} maxHeight={280} testId="pin-json" />
      {wrong !== null && <p className={classes.hint}>Not JSON yet: {wrong}</p>}
      {pinLast && (
        <div>
          <Button
            leftSection={<Pin size={13} />}
            onClick={() => {
              restart()
              void pinLast()
            }}
          >
            Pin last output instead
          </Button>
        </div>
      )}
      <p className={classes.hint}>In test runs the step answers with this and its agent is not called. Real runs ignore it.</p>
    </section>
  )
}
