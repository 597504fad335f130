//! The inputs for single values. An emptied optional field takes its value away; an emptied required text stays "".

import { Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'

import { isLossless, parseJson, toJson } from '@/api/json'

import { Prose } from '../Prose'
import type { Choice } from './schema'
import { useForm, type Field } from './SchemaForm'

/** What every input of the form shares: label, help, error, test id. */
export function useInputProps(field: Field) {
  const { problems, disabled } = useForm()
  const description = field.schema['description']
  return {
    label: field.label || undefined,
    'aria-label': field.label || field.name || 'Value',
    description: typeof description === 'string' ? <Prose text={description} /> : undefined,
    error: problems.get(field.path),
    withAsterisk: field.required && field.label !== '',
    disabled: disabled || field.schema['readOnly'] === true,
    placeholder: placeholderOf(field.schema['default']) ?? placeholderOf(field.schema['examples']),
    'data-testid': `field-${field.path}`,
  }
}

/**
 * Text in one control that grows with what it holds: it is never exchanged for another, which would take the focus from
 * whoever writes, and keeps the lines of what is pasted. In a short field Enter begins no new line; Shift+Enter does.
 */
export function TextField({ long, ...field }: Field & { long: boolean }) {
  const props = useInputProps(field)
  const value = typeof field.value === 'string' ? field.value : (field.value ?? null) === null ? '' : toJson(field.value)
  const change = (text: string) => field.onChange(text === '' && !field.required ? undefined : text)
  const type = inputType(field)
  if (type !== 'text') return <TextInput {...props} value={value} type={type} onChange={(e) => change(e.currentTarget.value)} />

  const oneLine = !long && !value.includes('\n')
  return (
    <Textarea
      {...props}
      value={value}
      autosize
      minRows={!long || isShort(field) ? 1 : 3}
      maxRows={18}
      onChange={(e) => change(e.currentTarget.value)}
      onKeyDown={(e) => {
        if (oneLine && e.key === 'Enter' && !e.shiftKey) e.preventDefault()
      }}
      {...(isCode(field) && CODE)}
    />
  )
}

/** A number as text, so that `9007199254740993` and `1.0` stay what they are. */
export function NumberField({ integer, ...field }: Field & { integer: boolean }) {
  const props = useInputProps(field)
  const given = isNumber(field.value) ? toJson(field.value) : field.value === undefined ? '' : toJson(field.value)
  const [draft, setDraft] = useState<string>()
  const text = draft ?? given
  const wrong = text.trim() === '' ? undefined : numberProblem(text.trim(), integer)

  const change = (next: string) => {
    setDraft(next)
    const trimmed = next.trim()
    if (trimmed === '') field.onChange(undefined)
    else if (!numberProblem(trimmed, integer)) field.onChange(parseJson(trimmed))
  }
  return (
    <TextInput
      {...props}
      error={wrong ?? props.error}
      value={text}
      inputMode={integer ? 'numeric' : 'decimal'}
      onChange={(e) => change(e.currentTarget.value)}
      onBlur={() => !wrong && setDraft(undefined)}
    />
  )
}

export function SwitchField(field: Field) {
  const { placeholder: _, withAsterisk: __, ...props } = useInputProps(field)
  const fallback = field.schema['default'] === true
  return (
    <Switch
      {...props}
      size="xs"
      checked={typeof field.value === 'boolean' ? field.value : fallback}
      onChange={(e) => field.onChange(e.currentTarget.checked)}
    />
  )
}

export function ChoiceField({ options, ...field }: Field & { options: readonly Choice[] }) {
  const props = useInputProps(field)
  const fallback = field.schema['default']
  const index = options.findIndex((option) => option.value === (field.value ?? fallback))
  const help = options[index]?.help
  return (
    <Select
      {...props}
      {...(help !== undefined && { description: <Prose text={help} /> })}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={options.map((option, at) => ({ value: String(at), label: option.label }))}
      value={index < 0 ? null : String(index)}
      onChange={(at) => field.onChange(at === null ? undefined : options[Number(at)]?.value)}
      clearable={!field.required && fallback === undefined}
      allowDeselect={false}
    />
  )
}

export function numberProblem(text: string, integer: boolean): string | undefined {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return 'Not a number. Write it like 42 or -3.5.'
  if (integer && !/^-?\d+$/.test(text) && !Number.isInteger(Number(text))) return 'A whole number is expected.'
  return undefined
}

const CODE = { spellCheck: false, styles: { input: { fontFamily: 'var(--mono)', fontSize: '11.5px' } } }

/** Expressions and templates mostly fit on a line, and grow when they do not. */
function isShort(field: Field): boolean {
  const editor = field.schema['x-editor']
  return editor === 'expression' || editor === 'template'
}

/** Whether the text is in a language of machines: an `x-editor` other than `text`. */
function isCode(field: Field): boolean {
  const editor = field.schema['x-editor']
  return typeof editor === 'string' && editor !== 'text'
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || isLossless(value)
}

function placeholderOf(hint: unknown): string | undefined {
  const value = Array.isArray(hint) ? hint[0] : hint
  if (value === undefined || value === null || value === '') return undefined
  return typeof value === 'object' && !isLossless(value) ? undefined : typeof value === 'string' ? value : toJson(value)
}

function inputType(field: Field): string {
  switch (field.schema['format']) {
    case 'email':
      return 'email'
    case 'date':
      return 'date'
    case 'uri':
      return 'url'
    default:
      return 'text'
  }
}
