import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { BookOpen, PencilLine } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'

import { kindsQuery } from '@/api/agents'
import type { Agent, Step } from '@/api/types'
import { ButtonLink } from '@/components/ButtonLink'
import { SchemaForm, type Field } from '@/components/schema-form/SchemaForm'
import { changeAgent, changeStepId, customise, renameStep, stepIdProblem } from '@/graph/edits/step'
import { fieldsOf, flattenedFields } from '@/graph/fields'

import { useEditor, useSession } from '../../session/context'
import classes from '../inspector.module.css'
import { editorField } from './editorField'
import { ownField } from './ownField'

/** What the step is called and what its agent is told. */
export function ConfigTab({ step, agent }: { step: Step; agent: Agent | undefined }) {
  return (
    <>
      <Names step={step} agent={agent} />
      {typeof step.agent === 'string' ? <FromLibrary id={step.agent} step={step} agent={agent} /> : null}
      {agent && <Settings step={step} agent={agent} />}
    </>
  )
}

function Names({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const [id, setId] = useState<string | null>(null)
  const document = () => session.store.getState().document
  const problem = id === null ? null : stepIdProblem(document(), step.id, id)
  const keep = () => {
    if (id !== null && problem === null) session.apply(changeStepId(document(), step.id, id))
    setId(null)
  }
  return (
    <section className={classes.section}>
      <TextInput
        label="Name"
        placeholder={agent?.name ?? step.id}
        value={step.name ?? ''}
        onChange={(event) => session.apply(renameStep(document(), step.id, event.target.value))}
        data-testid="step-name"
      />
      <TextInput
        label="Id"
        description={`Expressions say steps.${id ?? step.id}.output; they follow when it changes.`}
        classNames={{ input: 'mono' }}
        value={id ?? step.id}
        error={problem}
        onChange={(event) => setId(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep()
          if (event.key === 'Escape') setId(null)
        }}
        data-testid="step-id"
      />
    </section>
  )
}

function FromLibrary({ id, step, agent }: { id: string; step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const carried = useEditor((state) => state.document.agents?.some((each) => each.id === id) ?? false)
  const origin = useEditor((state) => state.library.get(id)?.origin)
  if (!agent) {
    return (
      <section className={classes.notice} data-tone="bad" data-testid="agent-missing">
        <p>
          There is no agent <code>{id}</code> in the library, nor does the workflow carry it along. Import it, or put another agent here.
        </p>
      </section>
    )
  }
  return (
    <section className={classes.notice} data-testid="agent-from-library">
      <BookOpen size={15} aria-hidden />
      <div>
        <p>
          <b>{agent.name ?? id}</b>{' '}
          {carried
            ? 'is carried along by this workflow. It is shown as it is.'
            : origin === 'yours'
              ? 'is one of your agents: changing it there changes it everywhere.'
              : 'comes with Heddle. It is shown as it is.'}
        </p>
        <div className={classes.actions}>
          <Button
            leftSection={<PencilLine size={13} />}
            onClick={() => session.apply(customise(session.store.getState().document, step.id, agent))}
            data-testid="customise-agent"
          >
            Customise here
          </Button>
          {!carried && (
            <ButtonLink to="/agents" variant="subtle">
              Open the library
            </ButtonLink>
          )}
        </div>
      </div>
    </section>
  )
}

function Settings({ step, agent }: { step: Step; agent: Agent }) {
  const session = useSession()
  const kind = useQuery(kindsQuery()).data?.find((each) => each.kind === agent.kind)
  const variables = useEditor((state) => state.document.variables)
  const readOnly = typeof step.agent === 'string'
  const completions = useMemo(() => {
    const input = flattenedFields(fieldsOf(agent.input_schema, 'input'))
    const vars = Object.keys(variables ?? {}).map((name) => ({ label: `vars.${name}` }))
    return [{ label: 'input' }, ...input.map(({ expression, type }) => ({ label: expression, detail: type })), ...vars]
  }, [agent.input_schema, variables])
  const workflow = agent.kind === 'workflow' ? agent.config?.['workflow'] : undefined
  const renderField = useCallback(
    (field: Field) => ownField(field, agent.kind, workflow, readOnly) ?? editorField(field, completions, readOnly, session.id),
    [agent.kind, completions, readOnly, session.id, workflow],
  )
  const change = (config: unknown) => {
    const { document } = session.store.getState()
    session.apply(changeAgent(document, step.id, 'settings', { config: (config ?? {}) as Agent['config'] }))
  }
  return (
    <>
      {!readOnly && (
        <section className={classes.section}>
          <TextInput
            label="What it does"
            placeholder="One line, shown on the canvas"
            value={agent.description ?? ''}
            onChange={(event) => {
              const { document } = session.store.getState()
              const description = event.target.value === '' ? undefined : event.target.value
              session.apply(changeAgent(document, step.id, 'description', { description }))
            }}
            data-testid="agent-description"
          />
        </section>
      )}
      <section className={classes.section} data-testid="agent-config">
        <h3>Settings</h3>
        {kind && (
          <SchemaForm schema={kind.config_schema} value={agent.config} onChange={change} disabled={readOnly} renderField={renderField} />
        )}
      </section>
    </>
  )
}
