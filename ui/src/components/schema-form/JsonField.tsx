//! Any value as JSON text, for what has no better input. Half-written text stays in the field and changes nothing.

import { Textarea } from '@mantine/core'
import { useState } from 'react'

import { parseJson, toJson } from '@/api/json'

import { useInputProps } from './fields'
import type { Field } from './SchemaForm'

export function JsonField(field: Field) {
  const { placeholder: _, ...props } = useInputProps(field)
  const { text, problem, change, settle } = useJsonText(field.value, field.onChange)
  return (
    <Textarea
      {...props}
      error={problem ?? props.error}
      value={text}
      onChange={(e) => change(e.currentTarget.value)}
      onBlur={settle}
      autosize
      minRows={2}
      maxRows={18}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)', fontSize: '11.5px' } }}
    />
  )
}

/** A value edited as JSON text: what is shown, what is wrong with it, and the two things that can happen. */
export function useJsonText(value: unknown, onChange: (value: unknown) => void) {
  const [draft, setDraft] = useState<string>()
  const given = value === undefined ? '' : toJson(value, 2)
  const text = draft ?? given
  const problem = text.trim() === '' ? undefined : jsonProblem(text)
  return {
    text,
    problem,
    change: (next: string) => {
      setDraft(next)
      if (next.trim() === '') onChange(undefined)
      else if (!jsonProblem(next)) onChange(parseJson(next))
    },
    /** Shows the value tidily again, unless the text is not finished. */
    settle: () => {
      if (!problem) setDraft(undefined)
    },
  }
}

function jsonProblem(text: string): string | undefined {
  try {
    parseJson(text)
    return undefined
  } catch (error) {
    return `Not valid JSON yet: ${error instanceof Error ? error.message : String(error)}`
  }
}
