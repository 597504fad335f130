import { ActionIcon, Button, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'

import { parseJson, toJson } from '@/api/json'
import { setVariables } from '@/graph/edits/workflow'
import { isIdentifier, unique } from '@/graph/ids'

import { useSession } from '../../session/context'
import classes from '../inspector.module.css'
import own from './workflow.module.css'

/** Constants that expressions see as `vars.<name>`. */
export function Variables({ variables }: { variables: Record<string, unknown> }) {
  const session = useSession()
  const now = () => session.store.getState().document
  const entries = Object.entries(variables)
  const write = (next: [string, unknown][], name?: string) => session.apply(setVariables(now(), Object.fromEntries(next), name))
  return (
    <section className={classes.section} data-testid="variables">
      <h3>Variables</h3>
      {entries.length === 0 && <p className={classes.hint}>Constants for expressions and templates, as vars.name.</p>}
      {entries.map(([name, value], index) => (
        <Row
          key={index}
          name={name}
          value={value}
          taken={entries.filter((_, at) => at !== index).map(([other]) => other)}
          onName={(next) => write(entries.with(index, [next, value]))}
          onValue={(next) => write(entries.with(index, [name, next]), name)}
          onRemove={() => write(entries.toSpliced(index, 1))}
        />
      ))}
      <div>
        <Button
          leftSection={<Plus size={13} />}
          onClick={() => write([...entries, [unique('variable', new Set(entries.map(([name]) => name))), '']])}
          data-testid="variable-add"
        >
          Add a variable
        </Button>
      </div>
    </section>
  )
}

type RowProps = {
  name: string
  value: unknown
  taken: readonly string[]
  onName: (name: string) => void
  onValue: (value: unknown) => void
  onRemove: () => void
}

function Row({ name, value, taken, onName, onValue, onRemove }: RowProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const [text, setText] = useState<string | null>(null)
  const problem =
    draft === null ? null : taken.includes(draft) ? 'Taken' : isIdentifier(draft) ? null : 'Letters, digits and _ only'
  const keep = () => {
    if (draft !== null && problem === null && draft !== name) onName(draft)
    setDraft(null)
  }
  return (
    <div className={own.variable}>
      <TextInput
        aria-label="Name of the variable"
        classNames={{ input: 'mono' }}
        value={draft ?? name}
        error={problem}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => event.key === 'Enter' && keep()}
        data-testid={`variable-name-${name}`}
      />
      <TextInput
        aria-label={`Value of ${name}`}
        classNames={{ input: 'mono' }}
        placeholder="text, number or JSON"
        value={text ?? shown(value)}
        onChange={(event) => {
          setText(event.target.value)
          onValue(read(event.target.value))
        }}
        onBlur={() => setText(null)}
        data-testid={`variable-value-${name}`}
      />
      <ActionIcon size={22} aria-label={`Remove ${name}`} onClick={onRemove}>
        <X size={13} />
      </ActionIcon>
    </div>
  )
}

/** Texts are shown without quotes, unless they would then be read as something else. */
function shown(value: unknown): string {
  return typeof value === 'string' && read(value) === value ? value : toJson(value)
}

/** `12`, `true`, `{"a": 1}` and `"12"` are JSON; everything else is a text as it stands. */
function read(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
