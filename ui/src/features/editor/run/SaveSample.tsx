import { Button, TextInput } from '@mantine/core'
import { FlaskConical } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import { saveSample } from '@/graph/edits/workflow'

import { useSession } from '../session/context'

type Props = { input: () => { value: unknown } | { wrong: string }; onSaved: (source: string) => void }

/** Keeps the input with the workflow, under a name. */
export function SaveSample({ input, onSaved }: Props) {
  const session = useSession()
  const [name, setName] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const asking = name !== null
  useEffect(() => {
    if (asking) field.current?.focus()
  }, [asking])
  const keep = () => {
    const read = input()
    const chosen = name?.trim() ?? ''
    if ('wrong' in read || chosen === '') return
    session.apply(saveSample(session.store.getState().document, chosen, read.value))
    onSaved(`sample:${chosen}`)
    setName(null)
  }
  if (name === null) {
    return (
      <Button variant="subtle" color="gray" leftSection={<FlaskConical size={14} />} onClick={() => setName('')} data-testid="run-save-sample">
        Keep as a sample
      </Button>
    )
  }
  return (
    <>
      <TextInput
        aria-label="Name of the sample"
        placeholder="Name of the sample"
        value={name}
        ref={field}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Enter') {
            event.preventDefault()
            keep()
          }
          if (event.key === 'Escape') setName(null)
        }}
        data-testid="run-sample-name"
      />
      <Button onClick={keep} disabled={name.trim() === ''} data-testid="run-sample-keep">
        Keep
      </Button>
    </>
  )
}
