import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'

import { unique } from '@/graph/ids'

import { withRow, type FieldType, type SchemaRow } from './rows'
import own from './schema.module.css'

const TYPES: readonly { value: FieldType; label: string }[] = [
  { value: 'string', label: 'text' },
  { value: 'text', label: 'long text' },
  { value: 'number', label: 'number' },
  { value: 'integer', label: 'whole number' },
  { value: 'boolean', label: 'yes or no' },
  { value: 'array', label: 'list' },
  { value: 'object', label: 'object' },
  { value: 'any', label: 'anything' },
]

type Props = { rows: readonly SchemaRow[]; schema: unknown; readOnly: boolean; onChange: (schema: unknown) => void; testId: string }

/** The fields of an object schema: name, type, required, what it means. */
export function SchemaRows({ rows, schema, readOnly, onChange, testId }: Props) {
  const add = () => {
    const name = unique('field', new Set(rows.map((row) => row.name)))
    onChange(withRow(schema, rows.length, { name, type: 'string', required: true, description: '' }))
  }
  return (
    <div className={own.rows}>
      {rows.map((row, index) => (
        <Row
          key={index}
          row={row}
          taken={rows.filter((_, at) => at !== index).map((each) => each.name)}
          readOnly={readOnly}
          onChange={(next) => onChange(withRow(schema, index, next))}
          testId={`${testId}-${index}`}
        />
      ))}
      {!readOnly && (
        <div>
          <Button leftSection={<Plus size={13} />} onClick={add} data-testid={`${testId}-add`}>
            Add a field
          </Button>
        </div>
      )}
    </div>
  )
}

type RowProps = { row: SchemaRow; taken: readonly string[]; readOnly: boolean; onChange: (row: SchemaRow | null) => void; testId: string }

function Row({ row, taken, readOnly, onChange, testId }: RowProps) {
  const [name, setName] = useState<string | null>(null)
  const problem = name === null ? null : name.trim() === '' ? 'A field needs a name' : taken.includes(name.trim()) ? 'Taken' : null
  const keep = () => {
    if (name !== null && problem === null && name.trim() !== row.name) onChange({ ...row, name: name.trim() })
    setName(null)
  }
  return (
    <div className={own.row}>
      <TextInput
        aria-label="Name of the field"
        classNames={{ input: 'mono' }}
        value={name ?? row.name}
        error={problem}
        disabled={readOnly}
        onChange={(event) => setName(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => event.key === 'Enter' && keep()}
        data-testid={`${testId}-name`}
      />
      <Select
        aria-label={`Type of ${row.name}`}
        data={TYPES}
        value={row.type}
        disabled={readOnly}
        allowDeselect={false}
        onChange={(type) => type !== null && onChange({ ...row, type: type as FieldType })}
        data-testid={`${testId}-type`}
      />
      <Checkbox
        size="xs"
        aria-label={`${row.name} is required`}
        title="Required"
        checked={row.required}
        disabled={readOnly}
        onChange={(event) => onChange({ ...row, required: event.target.checked })}
        data-testid={`${testId}-required`}
      />
      {readOnly ? (
        <span />
      ) : (
        <ActionIcon size={22} aria-label={`Remove ${row.name}`} onClick={() => onChange(null)} data-testid={`${testId}-remove`}>
          <X size={13} />
        </ActionIcon>
      )}
      <TextInput
        className={own.description ?? ''}
        aria-label={`What ${row.name} means`}
        placeholder="What it means"
        variant="unstyled"
        value={row.description}
        disabled={readOnly}
        onChange={(event) => onChange({ ...row, description: event.target.value })}
      />
    </div>
  )
}
