import { Input, Textarea, TextInput } from '@mantine/core'

import type { Agent, KindInfo } from '@/api/types'
import { CodeEditor } from '@/components/code/CodeEditor'
import { pickerField } from '@/components/pickers/pickerField'
import { Prose } from '@/components/Prose'
import { useJsonText } from '@/components/schema-form/JsonField'
import { SchemaForm, type Field } from '@/components/schema-form/SchemaForm'

import classes from './agents.module.css'

type Props = { agent: Agent; kind: KindInfo | undefined; onChange: (agent: Agent) => void }

/** Everything about an agent of the user's own that can be changed. */
export function AgentEditor({ agent, kind, onChange }: Props) {
  /** Empty texts and missing schemas are absent, not empty. */
  const set = (field: 'name' | 'description' | 'input_schema' | 'output_schema' | 'sample', value: unknown) => {
    const next: Agent = { ...agent, [field]: value }
    if (value === undefined || (value === '' && field !== 'name')) delete next[field]
    onChange(next)
  }
  return (
    <div className={classes.body}>
      <section className={classes.block}>
        <TextInput
          label="Name"
          value={agent.name ?? ''}
          onChange={(event) => set('name', event.currentTarget.value)}
          data-testid="agent-name"
        />
        <TextInput
          label="Description"
          description="One line on what it does; shown in the library."
          value={agent.description ?? ''}
          onChange={(event) => set('description', event.currentTarget.value)}
          data-testid="agent-description"
        />
      </section>
      <section className={classes.block} data-testid="agent-config">
        <h3>Settings</h3>
        {kind && <p className={classes.hint}>{kind.summary}</p>}
        <SchemaForm
          schema={kind?.config_schema}
          value={agent.config}
          onChange={(config) => onChange({ ...agent, config: (config ?? {}) as Agent['config'] })}
          renderField={codeField}
        />
      </section>
      <section className={classes.pair}>
        <SchemaText
          label="Input schema"
          help="What it accepts, as JSON Schema. Empty: anything."
          value={agent.input_schema}
          onChange={(value) => set('input_schema', value)}
          testId="agent-input-schema"
        />
        <SchemaText
          label="Output schema"
          help="What it produces. Checked after every run."
          value={agent.output_schema}
          onChange={(value) => set('output_schema', value)}
          testId="agent-output-schema"
        />
      </section>
      <section className={classes.block}>
        <SchemaText
          label="Sample output"
          help="Shown in previews; test runs without a provider answer with it, labelled as a sample."
          value={agent.sample}
          onChange={(value) => set('sample', value)}
          testId="agent-sample"
        />
      </section>
    </div>
  )
}

/** Code is written in an editor of its language; other agents and workflows are chosen by name. */
function codeField(field: Field) {
  const picker = pickerField(field)
  if (picker !== undefined) return picker
  const { schema, label, value, path, required, onChange } = field
  const language = schema['x-editor']
  if (language !== 'javascript' && language !== 'sql') return undefined
  const help = schema['description']
  return (
    <Input.Wrapper label={label} description={typeof help === 'string' ? <Prose text={help} /> : undefined} withAsterisk={required}>
      <CodeEditor
        label={label}
        language={language}
        value={typeof value === 'string' ? value : ''}
        onChange={onChange}
        minHeight={160}
        testId={`field-${path}`}
      />
    </Input.Wrapper>
  )
}

type TextProps = {
  label: string
  help: string
  value: unknown
  onChange: (value: unknown) => void
  testId: string
}

function SchemaText({ label, help, value, onChange, testId }: TextProps) {
  const { text, problem, change, settle } = useJsonText(value, onChange)
  return (
    <Textarea
      label={label}
      description={help}
      error={problem}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={settle}
      autosize
      minRows={4}
      maxRows={22}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mono)', fontSize: '11.5px' } }}
      data-testid={testId}
    />
  )
}
