import { Button } from '@mantine/core'
import { Pin } from 'lucide-react'
import { useState } from 'react'

import { messageOf } from '@/api/errors'
import { parseJson, toJson } from '@/api/json'
import type { Step } from '@/api/types'
import { CodeEditor } from '@/components/code/CodeEditor'
import { setPin } from '@/graph/edits/flow'

import { useSession } from '../../session/context'
import classes from '../inspector.module.css'

type Props = {
  step: Step
  pin: unknown
  /** Takes what the step gave in the run that is shown. */
  pinLast: (() => Promise<void>) | undefined
}

/** The output that stands for the agent's own in test runs. */
export function PinEditor({ step, pin, pinLast }: Props) {
  const session = useSession()
  const [text, setText] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const write = (next: string) => {
    setText(next)
    try {
      session.apply(setPin(session.store.getState().document, step.id, parseJson(next)))
      setWrong(null)
    } catch (error) {
      setWrong(messageOf(error))
    }
  }
  return (
    <>
      <CodeEditor label="Static output as JSON" language="json" value={text ?? toJson(pin, 2)} onChange={write} minHeight={80} maxHeight={280} testId="pin-json" />
      {wrong !== null && <p className={classes.hint}>Not JSON yet: {wrong}</p>}
      {pinLast && (
        <div>
          <Button
            leftSection={<Pin size={13} />}
            onClick={() => {
              setText(null)
              setWrong(null)
              void pinLast()
            }}
            data-testid="pin-last"
          >
            Take the last output
          </Button>
        </div>
      )}
    </>
  )
}
