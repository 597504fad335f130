//! Fields of an agent's settings that name another agent or a workflow (`x-editor` says so).

import type { ReactNode } from 'react'

import type { Field } from '@/components/schema-form/SchemaForm'

import { AgentPicker } from './AgentPicker'
import { WorkflowPicker } from './WorkflowPicker'

/** The picker a field asks for; undefined leaves it to others. `own` is the workflow the agent stands in. */
export function pickerField(field: Field, readOnly = false, own?: string): ReactNode {
  const wants = field.schema['x-editor']
  if (wants !== 'agent' && wants !== 'workflow') return undefined
  const value = typeof field.value === 'string' ? field.value : undefined
  const shared = { label: field.label, value, readOnly, testId: `field-${field.path}` }
  return wants === 'agent' ? (
    <AgentPicker key={field.path} {...shared} required={field.required} onChange={field.onChange} />
  ) : (
    <WorkflowPicker key={field.path} {...shared} own={own} onChange={field.onChange} />
  )
}
