//! Fields of an agent's settings that want an editor of their own; the kind says so with `x-editor`.

import { Input } from '@mantine/core'
import { useState, type ReactNode } from 'react'

import { messageOf } from '@/api/errors'
import { parseJson, toJson } from '@/api/json'
import { CodeEditor, type CodeLanguage, type Completion } from '@/components/code/CodeEditor'
import { pickerField } from '@/components/pickers/pickerField'
import { Prose } from '@/components/Prose'
import type { Field } from '@/components/schema-form/SchemaForm'

const LANGUAGE: Record<string, CodeLanguage> = {
  javascript: 'javascript',
  sql: 'sql',
  template: 'text',
  expression: 'text',
}

/** The editor a field asks for; undefined leaves it to the form. `own` is the workflow the agent stands in. */
export function editorField(field: Field, completions: readonly Completion[], readOnly: boolean, own?: string): ReactNode {
  const wants = field.schema['x-editor']
  const picker = pickerField(field, readOnly, own)
  if (picker !== undefined) return picker
  if (wants === 'json') return <JsonCode key={field.path} field={field} readOnly={readOnly} />
  const language = typeof wants === 'string' ? LANGUAGE[wants] : undefined
  const value = field.value ?? undefined
  if (language === undefined || (value !== undefined && typeof value !== 'string')) return undefined
  const short = wants === 'expression'
  return (
    <Labelled field={field}>
      <CodeEditor
        label={field.label || field.name}
        language={language}
        value={value ?? ''}
        onChange={(text) => field.onChange(text === '' && !field.required ? undefined : text)}
        readOnly={readOnly}
        minHeight={short ? 32 : wants === 'template' ? 84 : 200}
        maxHeight={short ? 120 : 420}
        testId={`field-${field.path}`}
        {...(short && !field.required && { placeholder: 'always' })}
        {...(wants !== 'sql' && wants !== 'javascript' && { completions })}
        {...(wants === 'template' && { placeholder: 'Text; {{ input.field }} puts a value in' })}
      />
    </Labelled>
  )
}

function Labelled({ field, children }: { field: Field; children: ReactNode }) {
  const description = field.schema['description']
  return (
    <div>
      {field.label !== '' && (
        <Input.Label required={field.required} size="xs">
          {field.label}
        </Input.Label>
      )}
      {typeof description === 'string' && <Input.Description mb={4}><Prose text={description} /></Input.Description>}
      {children}
    </div>
  )
}

/** JSON as text: what is not yet JSON stays in the field and changes nothing. */
function JsonCode({ field, readOnly }: { field: Field; readOnly: boolean }) {
  const [draft, setDraft] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const given = field.value === undefined ? '' : toJson(field.value, 2)
  const change = (text: string) => {
    setDraft(text)
    if (text.trim() === '') {
      setWrong(null)
      field.onChange(undefined)
      return
    }
    try {
      field.onChange(parseJson(text))
      setWrong(null)
    } catch (error) {
      setWrong(messageOf(error))
    }
  }
  return (
    <Labelled field={field}>
      <CodeEditor
        label={field.label || field.name}
        language="json"
        value={draft ?? given}
        onChange={change}
        readOnly={readOnly}
        testId={`field-${field.path}`}
      />
      {wrong !== null && <Input.Error mt={4}>Not JSON yet: {wrong}</Input.Error>}
    </Labelled>
  )
}
