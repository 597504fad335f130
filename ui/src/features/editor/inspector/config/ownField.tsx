//! Fields of kinds whose settings read better in their own words than as their schema says.

import type { ReactNode } from 'react'

import type { AgentKind } from '@/api/types'
import { VersionPicker } from '@/components/pickers/WorkflowPicker'
import type { Field } from '@/components/schema-form/SchemaForm'

import { SchemaEditor } from '../schema/SchemaEditor'
import { SecondsInput } from '../SecondsInput'

/** The field of that kind's form; undefined leaves it to others. `workflow` is the one an agent of that kind runs. */
export function ownField(field: Field, kind: AgentKind, workflow: unknown, readOnly: boolean): ReactNode {
  const { path, value, onChange } = field
  if (kind === 'workflow' && path === '/version') {
    return (
      <VersionPicker
        key={path}
        workflow={typeof workflow === 'string' ? workflow : undefined}
        value={typeof value === 'number' ? value : undefined}
        onChange={onChange}
        readOnly={readOnly}
        testId="field-/version"
      />
    )
  }
  if (kind === 'approval' && path === '/form') {
    return (
      <SchemaEditor
        key={path}
        title="Form"
        schema={value ?? undefined}
        readOnly={readOnly}
        onChange={onChange}
        opened
        empty="The data is only shown. Say which fields may be changed, and the person gets a form."
        testId="approval-form"
      />
    )
  }
  if (kind === 'approval' && path === '/deadline_ms' && !readOnly) {
    return (
      <SecondsInput
        key={path}
        label="Waits at most"
        placeholder="as long as it takes"
        value={typeof value === 'number' ? value : undefined}
        onChange={onChange}
        testId="field-/deadline_ms"
      />
    )
  }
  return undefined
}
