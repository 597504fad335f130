import { parseJson } from '@/api/json'
import { fetchPayloadText } from '@/api/payloads'
import { attempt } from '@/components/notify'
import { setPin } from '@/graph/edits/flow'

import { useSession } from '../../session/context'
import { useStepRun } from '../../session/useRun'

/** A pin is part of the document, so it must stay small. */
export const LARGEST_PIN = 256 * 1024

/** Pins what the step gave in the run that is shown; undefined when it gave nothing, or too much. */
export function usePinLast(step: string): (() => Promise<void>) | undefined {
  const session = useSession()
  const output = useStepRun(step)?.output
  if (!output || output.bytes > LARGEST_PIN) return undefined
  return async () => {
    const text = await attempt('The output could not be read', () => fetchPayloadText(output.hash))
    if (text !== undefined) session.apply(setPin(session.store.getState().document, step, parseJson(text)))
  }
}
