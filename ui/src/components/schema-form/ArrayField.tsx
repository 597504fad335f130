import { ActionIcon, Button } from '@mantine/core'
import { ChevronDown, ChevronUp, Plus, X } from 'lucide-react'

import { Prose } from '../Prose'
import classes from './SchemaForm.module.css'
import { SchemaField, useForm, type Field } from './SchemaForm'
import { fieldKind, initialValue, pointer, resolve, type SchemaObject } from './schema'

type Props = Field & { items: SchemaObject; tuple: readonly SchemaObject[] }

/** A list: each item with its place, ways to move and remove it, and one button to add. */
export function ArrayField({ items, tuple, ...field }: Props) {
  const { root, disabled, problems } = useForm()
  const list: readonly unknown[] = Array.isArray(field.value) ? field.value : []
  const schemaAt = (index: number) => tuple[index] ?? items
  const problem = problems.get(field.path)
  const description = field.schema['description']
  const most = typeof field.schema['maxItems'] === 'number' ? field.schema['maxItems'] : Infinity

  const change = (next: unknown[]) => field.onChange(next.length === 0 && !field.required ? undefined : next)
  const move = (from: number, to: number) => {
    const next = [...list]
    next.splice(to, 0, ...next.splice(from, 1))
    change(next)
  }

  return (
    <fieldset className={classes.group} data-testid={`field-${field.path}`}>
      <legend>
        {field.label || 'Items'}
        {field.required && field.label && <span className={classes.asterisk}> *</span>}
      </legend>
      {typeof description === 'string' && <p className={classes.help}>
          <Prose text={description} />
        </p>}
      {list.map((item, index) => {
        const schema = schemaAt(index)
        const many = fieldKind(resolve(schema, root), root).is === 'object'
        return (
          // The place is the identity: items are plain values and may be equal.
          <div key={index} className={many ? classes.card : classes.row} data-testid={`item-${pointer(field.path, index)}`}>
            {many && <span className={classes.number}>{index + 1}</span>}
            <div className={classes.grow}>
              <SchemaField
                path={pointer(field.path, index)}
                name={String(index)}
                label=""
                schema={schema}
                value={item}
                required
                onChange={(next) => change(list.map((each, at) => (at === index ? (next ?? null) : each)))}
              />
            </div>
            <div className={classes.tools}>
              <ActionIcon
                aria-label={`Move item ${index + 1} up`}
                disabled={disabled || index === 0}
                onClick={() => move(index, index - 1)}
              >
                <ChevronUp size={14} />
              </ActionIcon>
              <ActionIcon
                aria-label={`Move item ${index + 1} down`}
                disabled={disabled || index === list.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <ChevronDown size={14} />
              </ActionIcon>
              <ActionIcon
                aria-label={`Remove item ${index + 1}`}
                disabled={disabled}
                onClick={() => change(list.filter((_, at) => at !== index))}
              >
                <X size={14} />
              </ActionIcon>
            </div>
          </div>
        )
      })}
      <Button
        leftSection={<Plus size={14} />}
        className={classes.add}
        variant="subtle"
        disabled={disabled || list.length >= most}
        onClick={() => change([...list, initialValue(schemaAt(list.length), root, 1)])}
        data-testid={`field-add-${field.path}`}
      >
        Add item
      </Button>
      {problem && (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
