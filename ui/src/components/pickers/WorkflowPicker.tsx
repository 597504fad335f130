import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { versionsQuery, workflowsQuery } from '@/api/workflows'

type Props = {
  label: string
  description?: string
  value: string | undefined
  onChange: (id: string | undefined) => void
  /** The one that is being edited, called so. */
  own?: string | undefined
  clearable?: boolean
  readOnly?: boolean
  testId?: string
}

/** A workflow by name; its own is allowed, and called so. */
export function WorkflowPicker({ label, description, value, onChange, own, clearable = false, readOnly = false, testId }: Props) {
  const { data: workflows } = useQuery(workflowsQuery())
  const data = (workflows ?? []).map(({ id, name }) => ({ value: id, label: id === own ? `${name} (this one)` : name }))
  const known = value === undefined || value === '' || workflows === undefined || data.some((each) => each.value === value)
  if (!known) data.push({ value, label: value })
  return (
    <Select
      size="xs"
      label={label}
      description={description}
      placeholder="Choose a workflow"
      data={data}
      value={value === undefined || value === '' ? null : value}
      onChange={(id) => onChange(id ?? undefined)}
      error={known ? undefined : 'There is no such workflow any more.'}
      searchable
      nothingFoundMessage="No workflow of that name"
      clearable={clearable}
      allowDeselect={clearable}
      readOnly={readOnly}
      data-testid={testId}
    />
  )
}

type VersionProps = {
  workflow: string | undefined
  value: number | undefined
  onChange: (version: number | undefined) => void
  readOnly?: boolean
  testId?: string
}

const LATEST = 'latest'

/** A saved version of a workflow, or whichever is the latest. */
export function VersionPicker({ workflow, value, onChange, readOnly = false, testId }: VersionProps) {
  const { data: versions } = useQuery({ ...versionsQuery(workflow ?? ''), enabled: workflow !== undefined && workflow !== '' })
  const data = [
    { value: LATEST, label: 'the latest when the run starts' },
    ...(versions ?? []).map(({ number, label, note }) => ({ value: String(number), label: [`v${number}`, label, note].filter(Boolean).join(' · ') })),
  ]
  if (value !== undefined && !data.some((each) => each.value === String(value))) data.push({ value: String(value), label: `v${value}` })
  return (
    <Select
      size="xs"
      label="Version"
      data={data}
      value={value === undefined ? LATEST : String(value)}
      onChange={(version) => onChange(version === null || version === LATEST ? undefined : Number(version))}
      allowDeselect={false}
      readOnly={readOnly}
      data-testid={testId}
    />
  )
}
