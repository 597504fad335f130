import { NumberInput, Switch, Textarea } from '@mantine/core'

import { plural } from '@/components/format'
import { WorkflowPicker } from '@/components/pickers/WorkflowPicker'
import { describeWorkflow, setInputSchema, setSetting } from '@/graph/edits/workflow'
import { fieldsOf, flattenedFields } from '@/graph/fields'

import { useEditor, useSession } from '../session/context'
import { ExpressionInput } from './data/ExpressionInput'
import classes from './inspector.module.css'
import { SchemaEditor } from './schema/SchemaEditor'
import { SecondsInput } from './SecondsInput'
import { Output } from './workflow/Output'
import { Samples } from './workflow/Samples'
import { Variables } from './workflow/Variables'

/** The workflow as a whole, shown while nothing is selected. */
export function WorkflowInspector() {
  const session = useSession()
  const document = useEditor((state) => state.document)
  const { settings } = document
  const now = () => session.store.getState().document
  const asked = [{ expression: 'input', type: 'the request' }, ...flattenedFields(fieldsOf(document.input_schema, 'input'))]
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h2>Workflow</h2>
          <span>
            {plural(document.steps.length, 'step')}, {plural(document.edges.length, 'wire')}
          </span>
        </div>
      </header>
      <div className={classes.content} data-testid="workflow-settings">
        <section className={classes.section}>
          <Textarea
            label="What it is for"
            autosize
            minRows={2}
            maxRows={8}
            value={document.description ?? ''}
            onChange={(event) => session.apply(describeWorkflow(now(), event.target.value))}
            data-testid="workflow-description"
          />
        </section>
        <SchemaEditor
          title="Input"
          schema={document.input_schema}
          readOnly={false}
          opened
          onChange={(schema) => session.apply(setInputSchema(now(), schema))}
          empty="Anything goes in. Say which fields an execution needs, and running it shows a form."
          testId="workflow-input"
        />
        <Variables variables={document.variables ?? {}} />
        <Output />
        <Samples tests={document.tests ?? []} />
        <section className={classes.section}>
          <h3>Running</h3>
          <div className={classes.two}>
            <NumberInput
              size="xs"
              label="Steps at once"
              min={1}
              max={1_000}
              allowDecimal={false}
              value={settings.max_parallel}
              onChange={(value) => typeof value === 'number' && value >= 1 && session.apply(setSetting(now(), 'max_parallel', value))}
              data-testid="setting-max-parallel"
            />
            <SecondsInput
              label="Longest time"
              placeholder="no limit"
              value={settings.timeout_ms}
              onChange={(ms) => session.apply(setSetting(now(), 'timeout_ms', ms))}
              testId="setting-timeout"
            />
            <NumberInput
              size="xs"
              label="Retries in all"
              placeholder="no limit"
              min={0}
              allowDecimal={false}
              value={settings.max_total_retries ?? ''}
              onChange={(value) =>
                session.apply(setSetting(now(), 'max_total_retries', typeof value === 'number' ? value : undefined))
              }
              data-testid="setting-max-total-retries"
            />
          </div>
          <Switch
            size="xs"
            label="Stop when a step fails"
            description="Unless the step says otherwise in its policy"
            checked={settings.stop_on_error}
            onChange={(event) => session.apply(setSetting(now(), 'stop_on_error', event.target.checked))}
            data-testid="setting-stop-on-error"
          />
          <WorkflowPicker
            label="When it has failed, run"
            description="It gets the failed context as its input; the run still counts as failed"
            value={settings.fallback_workflow}
            own={document.id}
            clearable
            onChange={(id) => session.apply(setSetting(now(), 'fallback_workflow', id))}
            testId="setting-fallback"
          />
        </section>
        <section className={classes.section}>
          <h3>Chosen for</h3>
          <ExpressionInput
            label="Requests it is for"
            value={settings.route ?? ''}
            placeholder="only when it is asked for by name"
            proposals={asked}
            onChange={(text) => session.apply(setSetting(now(), 'route', text === '' ? undefined : text))}
            testId="setting-route"
          />
          <p className={classes.hint}>
            An expression over <code>input</code>, such as input.kind == "refund". Where a workflow is chosen by what is asked, this one is when it is true.
          </p>
        </section>
      </div>
    </>
  )
}
