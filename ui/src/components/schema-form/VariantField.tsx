import { Select } from '@mantine/core'

import { Prose } from '../Prose'
import classes from './SchemaForm.module.css'
import { SchemaField, useForm, type Field } from './SchemaForm'
import { initialValue, variantOf, type Variant } from './schema'

/** One of several shapes: choose the shape, then fill it in. */
export function VariantField({ variants, ...field }: Field & { variants: readonly Variant[] }) {
  const { root, disabled } = useForm()
  const chosen = field.value === undefined && !field.required ? undefined : variantOf(field.value, variants, root)
  const variant = chosen === undefined ? undefined : variants[chosen]
  const description = field.schema['description']
  return (
    <div className={classes.stack}>
      <Select
        label={field.label || undefined}
        aria-label={field.label || 'Shape'}
        description={typeof description === 'string' ? <Prose text={description} /> : undefined}
        withAsterisk={field.required && field.label !== ''}
        disabled={disabled}
        data={variants.map((each, at) => ({ value: String(at), label: each.title }))}
        value={chosen === undefined ? null : String(chosen)}
        clearable={!field.required}
        allowDeselect={false}
        onChange={(at) => field.onChange(at === null ? undefined : initialValue(variants[Number(at)]?.schema, root, 1))}
        data-testid={`field-${field.path}-variant`}
      />
      {variant && !('const' in variant.schema) && (
        <div className={classes.indent}>
          <SchemaField {...field} label="" schema={{ ...variant.schema, title: undefined, description: undefined }} />
        </div>
      )}
    </div>
  )
}
