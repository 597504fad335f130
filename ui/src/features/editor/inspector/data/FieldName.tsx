import { TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

type Props = { taken: readonly string[]; onDone: (name: string | null) => void }

/** Asks for the name of a new field. */
export function FieldName({ taken, onDone }: Props) {
  const [name, setName] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const problem = taken.includes(name.trim()) ? 'There is a field of that name already.' : null
  return (
    <TextInput
      aria-label="Name of the new field"
      placeholder="Name of the new field, then Enter"
      classNames={{ input: 'mono' }}
      value={name}
      error={problem}
      ref={field}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => onDone(name.trim() === '' || problem !== null ? null : name.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && name.trim() !== '' && problem === null) onDone(name.trim())
        if (event.key === 'Escape') onDone(null)
      }}
      data-testid="map-add-name"
    />
  )
}
