import { ActionIcon, Button, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'

import { Prose } from '../Prose'
import classes from './SchemaForm.module.css'
import { SchemaField, useForm, type Field } from './SchemaForm'
import { initialValue, labelOf, pointer, requiredOf, type SchemaObject } from './schema'

type Props = Field & { properties: readonly [string, SchemaObject][]; rest: SchemaObject | undefined }

/** An object: its known properties one below the other, then free ones as name and value. */
export function ObjectField({ properties, rest, ...field }: Props) {
  const { problems } = useForm()
  const value = asObject(field.value)
  const required = requiredOf(field.schema)
  const known = new Set(properties.map(([name]) => name))
  const free = Object.keys(value).filter((name) => !known.has(name))
  const problem = problems.get(field.path)

  const set = (name: string, next: unknown) => {
    const copy = { ...value }
    if (next === undefined) delete copy[name]
    else copy[name] = next
    // An optional object without anything in it goes away altogether.
    const gone = !field.required && Object.keys(copy).length === 0
    field.onChange(gone ? undefined : copy)
  }

  const body = (
    <div className={classes.stack}>
      {properties.map(([name, schema]) => (
        <SchemaField
          key={name}
          path={pointer(field.path, name)}
          name={name}
          label={labelOf(name, schema)}
          schema={schema}
          value={value[name]}
          required={required.has(name)}
          onChange={(next) => set(name, next)}
        />
      ))}
      {rest !== undefined &&
        free.map((name) => (
          <div key={name} className={classes.row}>
            <div className={classes.grow}>
              <SchemaField
                path={pointer(field.path, name)}
                name={name}
                label={name}
                schema={rest}
                value={value[name]}
                required
                onChange={(next) => set(name, next ?? null)}
              />
            </div>
            <ActionIcon aria-label={`Remove ${name}`} onClick={() => set(name, undefined)}>
              <X size={14} />
            </ActionIcon>
          </div>
        ))}
      {rest !== undefined && <AddProperty path={field.path} taken={value} schema={rest} add={set} />}
      {problem && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
  if (field.path === '' || field.label === '') return body
  const description = field.schema['description']
  return (
    <fieldset className={classes.group} data-testid={`field-${field.path}`}>
      <legend>
        {field.label}
        {field.required && <span className={classes.asterisk}> *</span>}
      </legend>
      {typeof description === 'string' && <p className={classes.help}>
          <Prose text={description} />
        </p>}
      {body}
    </fieldset>
  )
}

type AddProps = {
  path: string
  taken: Record<string, unknown>
  schema: SchemaObject
  add: (name: string, value: unknown) => void
}

function AddProperty({ path, taken, schema, add }: AddProps) {
  const { root, disabled } = useForm()
  const [name, setName] = useState('')
  const possible = name.trim() !== '' && !(name.trim() in taken)
  const submit = () => {
    if (!possible) return
    add(name.trim(), initialValue(schema, root, 1) ?? '')
    setName('')
  }
  return (
    <div className={classes.row}>
      <TextInput
        className={classes.grow}
        placeholder="Name"
        aria-label="Name of a new field"
        value={name}
        disabled={disabled}
        error={name.trim() !== '' && !possible ? 'There is one of that name already.' : undefined}
        onChange={(e) => setName(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Enter') return
          e.preventDefault()
          submit()
        }}
        data-testid={`field-add-name-${path}`}
      />
      <Button leftSection={<Plus size={14} />} disabled={!possible || disabled} onClick={submit} data-testid={`field-add-${path}`}>
        Add field
      </Button>
    </div>
  )
}

function asObject(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
