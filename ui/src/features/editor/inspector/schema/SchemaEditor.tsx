import { Collapse, Input, SegmentedControl } from '@mantine/core'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'

import { messageOf } from '@/api/errors'
import { parseJson, toJson } from '@/api/json'
import { CodeEditor } from '@/components/code/CodeEditor'
import { plural } from '@/components/format'

import classes from '../inspector.module.css'
import { rowsOf } from './rows'
import own from './schema.module.css'
import { SchemaRows } from './SchemaRows'

type Props = {
  title: string
  schema: unknown
  readOnly: boolean
  /** undefined takes the schema away. */
  onChange: (schema: unknown) => void
  /** What no schema means. */
  empty: string
  testId: string
  opened?: boolean
}

/** A schema as rows of fields, or as JSON when it is more than that. */
export function SchemaEditor({ title, schema, readOnly, onChange, empty, testId, opened = false }: Props) {
  const [open, setOpen] = useState(opened)
  const rows = rowsOf(schema)
  const [view, setView] = useState<string>(rows === null ? 'json' : 'fields')
  const [text, setText] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const shown = rows === null ? 'json' : view
  const Chevron = open ? ChevronDown : ChevronRight

  const write = (next: string) => {
    setText(next)
    if (next.trim() === '') {
      setWrong(null)
      return onChange(undefined)
    }
    try {
      onChange(parseJson(next))
      setWrong(null)
    } catch (error) {
      setWrong(messageOf(error))
    }
  }

  return (
    <section className={classes.section} data-testid={testId}>
      <button type="button" className={own.fold} aria-expanded={open} onClick={() => setOpen(!open)} data-testid={`${testId}-fold`}>
        <Chevron size={13} /> {title}
        <small>{schema === undefined ? 'anything' : rows ? plural(rows.length, 'field') : 'schema'}</small>
      </button>
      <Collapse expanded={open} transitionDuration={120}>
        <div className={own.body}>
          {rows !== null && !(readOnly && schema === undefined) && (
            <SegmentedControl
              size="xs"
              data={[
                { value: 'fields', label: 'Fields' },
                { value: 'json', label: 'JSON' },
              ]}
              value={shown}
              onChange={(next) => {
                setText(null)
                setWrong(null)
                setView(next)
              }}
              data-testid={`${testId}-view`}
            />
          )}
          {schema === undefined && <p className={classes.hint}>{empty}</p>}
          {shown === 'fields' && rows !== null ? (
            <SchemaRows rows={rows} schema={schema} readOnly={readOnly} onChange={onChange} testId={testId} />
          ) : (
            <CodeEditor
              label={title}
              language="json"
              value={text ?? (schema === undefined ? '' : toJson(schema, 2))}
              onChange={write}
              readOnly={readOnly}
              placeholder='{ "type": "object", "properties": { } }'
              testId={`${testId}-json`}
            />
          )}
          {wrong !== null && <Input.Error>Not JSON yet: {wrong}</Input.Error>}
        </div>
      </Collapse>
    </section>
  )
}
