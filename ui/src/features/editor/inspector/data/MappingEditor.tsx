import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Plus, Wand2, X } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'

import type { Agent, Step } from '@/api/types'
import { setMapping } from '@/graph/edits/step'
import { fieldsOf, flattened, proposals as proposalsFor } from '@/graph/fields'

import { useEditor, useSession } from '../../session/context'
import { Message } from '../../problems/Message'
import { findingsOfStep } from '../../session/findings'
import classes from '../inspector.module.css'
import own from './data.module.css'
import { ExpressionInput } from './ExpressionInput'
import { FieldName } from './FieldName'
import { SourceTree } from './SourceTree'
import { useSources } from './useProposals'

/** The step's input: a row per field, each with the expression it comes from. */
export function MappingEditor({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const sources = useSources(step.id)
  const offered = useMemo(() => flattened(sources), [sources])
  const targets = useMemo(() => fieldsOf(agent?.input_schema, 'input'), [agent?.input_schema])
  const findings = useEditor((state) => findingsOfStep(state.diagnostics, step.id))
  const focused = useRef<string | null>(null)
  const [naming, setNaming] = useState(false)

  const mapping = step.mapping
  const rows = [...targets.map((target) => target.name), ...Object.keys(mapping ?? {})].filter(
    (name, index, all) => all.indexOf(name) === index,
  )
  const missing = proposalsFor(targets.map((target) => target.name), mapping ?? {}, sources)
  const current = () => session.store.getState().document.steps.find((each) => each.id === step.id)?.mapping ?? {}
  const write = (field: string, expression: string) => {
    session.apply(setMapping(session.store.getState().document, step.id, { ...current(), [field]: expression }, field))
  }
  const remove = (field: string) => {
    const { [field]: _, ...rest } = current()
    const left = Object.keys(rest).length > 0 ? rest : undefined
    session.apply(setMapping(session.store.getState().document, step.id, left))
  }
  /** A field of the tree goes into the row it was dropped on, the row that was last typed in, or a row of its own. */
  const insert = (expression: string, name: string, onto: string | null) => {
    const target = onto ?? focused.current ?? freeRow(targets.map((each) => each.name), current(), name)
    write(target, expression)
    focused.current = null
  }

  return (
    <section className={classes.section} data-testid="mapping">
      <div className={classes.heading}>
        Input
        {mapping !== undefined && (
          <Tooltip label="Give the step the merged context instead: the input and every earlier output">
            <button
              type="button"
              className={classes.link}
              onClick={() => session.apply(setMapping(session.store.getState().document, step.id, undefined))}
              data-testid="mapping-clear"
            >
              Use everything
            </button>
          </Tooltip>
        )}
      </div>
      {mapping === undefined && (
        <p className={classes.hint}>
          Not mapped: the step sees the input and the outputs of the steps before it, merged, later ones winning. Map a field to choose.
        </p>
      )}
      <div className={own.rows} role="group" aria-label="Input mapping">
        {rows.map((name) => {
          const target = targets.find((each) => each.name === name)
          const expression = mapping?.[name]
          const finding = findings.find((each) => each.path === `/mapping/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
          return (
            <div key={name} className={own.row} data-map-field={name} data-mapped={expression !== undefined || undefined}>
              <span className={own.name} title={target?.description ?? name}>
                {name}
                {target?.required && <span aria-label="required">*</span>}
                {target && <small>{target.type}</small>}
              </span>
              <ExpressionInput
                label={`Expression for ${name}`}
                value={expression ?? ''}
                placeholder={mapping === undefined ? 'from the merged context' : 'not set'}
                proposals={offered}
                error={finding?.message}
                onChange={(text) => (text === '' && target !== undefined ? remove(name) : write(name, text))}
                onFocus={() => {
                  focused.current = name
                }}
                testId={`map-${name}`}
              />
              <ActionIcon
                size={22}
                aria-label={`Remove ${name}`}
                disabled={expression === undefined}
                onClick={() => remove(name)}
                data-testid={`map-remove-${name}`}
              >
                <X size={13} />
              </ActionIcon>
              {finding && <p className={own.problem}>
                  <Message text={finding.message} />
                </p>}
            </div>
          )
        })}
      </div>
      {naming && (
        <FieldName
          taken={rows}
          onDone={(name) => {
            setNaming(false)
            if (name !== null) write(name, '')
          }}
        />
      )}
      <div className={classes.actions}>
        <Button leftSection={<Plus size={13} />} onClick={() => setNaming(true)} data-testid="map-add">
          Add a field
        </Button>
        {Object.keys(missing).length > 0 && (
          <Button
            variant="light"
            leftSection={<Wand2 size={13} />}
            onClick={() =>
              session.apply(setMapping(session.store.getState().document, step.id, { ...current(), ...missing }))
            }
            data-testid="map-rest"
          >
            Map the rest for me
          </Button>
        )}
      </div>
      <SourceTree sources={sources} onInsert={insert} />
    </section>
  )
}

/** The row a field goes to by itself: the one of its name, else the first without an expression, else a new one. */
function freeRow(targets: readonly string[], mapping: Readonly<Record<string, string>>, name: string): string {
  if (targets.includes(name)) return name
  return targets.find((target) => mapping[target] === undefined) ?? name
}
