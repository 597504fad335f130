//! Changing the workflow as a whole: names, input, variables, settings, notes, samples.

import type { Workflow } from '@/api/types'

import { compact, type Edit } from './edit'

export function renameWorkflow(document: Workflow, name: string): Edit | null {
  if (name === '' || name === document.name) return null
  return { label: `Rename the workflow to ${name}`, document: { ...document, name }, merge: 'workflow:name' }
}

export function describeWorkflow(document: Workflow, description: string): Edit | null {
  if (description === (document.description ?? '')) return null
  const next = compact({ ...document, description: description === '' ? undefined : description })
  return { label: 'Change the description', document: next, merge: 'workflow:description' }
}

export function setInputSchema(document: Workflow, input_schema: unknown): Edit {
  const next = compact({ ...document, input_schema })
  return { label: 'Change the input schema', document: next, merge: 'workflow:input_schema' }
}

export function setVariables(document: Workflow, variables: Record<string, unknown>, name?: string): Edit {
  const empty = Object.keys(variables).length === 0
  return {
    label: name ? `Change the variable ${name}` : 'Change the variables',
    document: compact({ ...document, variables: empty ? undefined : variables }),
    ...(name && { merge: `variable:${name}` }),
  }
}

type Settings = Workflow['settings']

export function setSetting<K extends keyof Settings>(document: Workflow, key: K, value: Settings[K] | undefined): Edit {
  const settings = compact({ ...document.settings, [key]: value })
  const what = key.replace(/_ms$/, '').replaceAll('_', ' ')
  return { label: `Change ${what}`, document: { ...document, settings }, merge: `setting:${key}` }
}

/** Sets what an execution gives, field by field; with no field left it gives what the last step gives. */
export function setOutputMapping(document: Workflow, mapping: Record<string, string>): Edit {
  const empty = Object.keys(mapping).length === 0
  const output = compact({ ...document.settings.output, mapping: empty ? undefined : mapping })
  return { label: 'Change the output', document: { ...document, settings: { ...document.settings, output } } }
}

export function setOutputField(document: Workflow, field: string, expression: string): Edit {
  const mapping = { ...document.settings.output?.mapping, [field]: expression }
  return { ...setOutputMapping(document, mapping), label: `Change the output ${field}`, merge: `output:${field}` }
}

export function setNote(document: Workflow, id: string, text: string): Edit | null {
  const note = document.notes?.find((each) => each.id === id)
  if (!note || note.text === text) return null
  const notes = document.notes?.map((each) => (each.id === id ? { ...each, text } : each))
  return { label: 'Write a note', document: { ...document, notes }, merge: `note:${id}` }
}

/** Keeps an input as a sample, in place of the one of that name. */
export function saveSample(document: Workflow, name: string, input: unknown): Edit {
  const tests = document.tests ?? []
  const known = tests.some((test) => test.name === name)
  const next = known
    ? tests.map((test) => (test.name === name ? { ...test, input } : test))
    : [...tests, { name, input }]
  return { label: `Save the sample ${name}`, document: { ...document, tests: next } }
}

export function removeSample(document: Workflow, name: string): Edit | null {
  const tests = document.tests?.filter((test) => test.name !== name) ?? []
  if (tests.length === (document.tests?.length ?? 0)) return null
  const next = compact({ ...document, tests: tests.length === 0 ? undefined : tests })
  return { label: `Remove the sample ${name}`, document: next }
}
