import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { agentsQuery } from '@/api/agents'

type Props = {
  label: string
  value: string | undefined
  onChange: (id: string | undefined) => void
  required?: boolean
  readOnly?: boolean
  testId?: string
}

/** An agent of the library, by name. */
export function AgentPicker({ label, value, onChange, required = false, readOnly = false, testId }: Props) {
  const { data: agents } = useQuery(agentsQuery())
  const data = (agents ?? []).flatMap(({ agent }) => (agent.id === undefined ? [] : [{ value: agent.id, label: agent.name ?? agent.id }]))
  // One the library lacks may be carried along by the document: it is shown by its id.
  if (value !== undefined && value !== '' && !data.some((each) => each.value === value)) data.push({ value, label: value })
  return (
    <Select
      size="xs"
      label={label}
      placeholder="Choose an agent"
      data={data}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      searchable
      nothingFoundMessage="No agent of that name"
      withAsterisk={required}
      allowDeselect={!required}
      readOnly={readOnly}
      data-testid={testId}
    />
  )
}
