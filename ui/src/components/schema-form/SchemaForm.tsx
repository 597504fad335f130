//! A form for any JSON Schema, by hand: validators that compile schemas need `new Function`, which the content
//! security policy rightly forbids. The backend validates; `problems` puts its findings beside the fields.

import { createContext, use, useMemo, type ReactNode } from 'react'

import type { InputProblem } from '@/api/errors'

import { ArrayField } from './ArrayField'
import { ChoiceField, NumberField, SwitchField, TextField } from './fields'
import { JsonField } from './JsonField'
import { ObjectField } from './ObjectField'
import { asSchema, fieldKind, resolve, type SchemaObject } from './schema'
import { VariantField } from './VariantField'

/** One place in the value and how to change it. */
export type Field = {
  /** JSON pointer; empty for the whole value. */
  path: string
  /** The last part of the path. */
  name: string
  label: string
  schema: SchemaObject
  value: unknown
  required: boolean
  /** `undefined` takes the value away. */
  onChange: (value: unknown) => void
}

type FormContext = {
  root: SchemaObject
  problems: ReadonlyMap<string, string>
  disabled: boolean
  renderField: ((field: Field) => ReactNode) | undefined
}

const Form = createContext<FormContext | undefined>(undefined)

export function useForm(): FormContext {
  const form = use(Form)
  if (!form) throw new Error('a schema field stands outside a SchemaForm')
  return form
}

type Props = {
  schema: unknown
  value: unknown
  onChange: (value: unknown) => void
  /** What the backend found wrong, by JSON pointer. */
  problems?: readonly InputProblem[]
  disabled?: boolean
  /** Draws a field of its own in place of ours (a code editor, say); `undefined` leaves it to us. Keep it stable. */
  renderField?: (field: Field) => ReactNode
}

export function SchemaForm({ schema, value, onChange, problems, disabled = false, renderField }: Props) {
  const form = useMemo<FormContext>(
    () => ({
      root: asSchema(schema),
      problems: new Map(problems?.map((problem) => [problem.path, problem.message])),
      disabled,
      renderField,
    }),
    [schema, problems, disabled, renderField],
  )
  return (
    <Form value={form}>
      <SchemaField path="" name="" label="" schema={form.root} value={value} required onChange={onChange} />
    </Form>
  )
}

/** Chooses the input for a field. */
export function SchemaField(field: Field) {
  const { root, renderField } = useForm()
  const schema = useMemo(() => resolve(field.schema, root), [field.schema, root])
  const kind = useMemo(() => fieldKind(schema, root), [schema, root])
  const resolved = { ...field, schema }

  const own = renderField?.(resolved)
  if (own !== undefined) return own
  switch (kind.is) {
    case 'text':
      return <TextField {...resolved} long={kind.long} />
    case 'number':
      return <NumberField {...resolved} integer={kind.integer} />
    case 'boolean':
      return <SwitchField {...resolved} />
    case 'choice':
      return <ChoiceField {...resolved} options={kind.options} />
    case 'array':
      return <ArrayField {...resolved} items={kind.items} tuple={kind.tuple} />
    case 'object':
      return <ObjectField {...resolved} properties={kind.properties} rest={kind.rest} />
    case 'variants':
      return <VariantField {...resolved} variants={kind.variants} />
    case 'json':
      return <JsonField {...resolved} />
  }
}
