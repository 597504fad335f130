import { Button, Select } from '@mantine/core'
import { ArrowRight, Trash2 } from 'lucide-react'

import { setEdgeWhen } from '@/graph/edits/flow'
import { removeEdge } from '@/graph/edits/remove'
import { reconnect } from '@/graph/edits/wires'
import { fieldsOf, flattenedFields, typeWord } from '@/graph/fields'
import { agentOf, edgeById, edgesLeaving, nameOf, portsOf, stepById, UNDO_BRANCH } from '@/graph/lookup'
import { selectSteps } from '@/graph/selection'

import { WireVerdict } from '../proof/WireVerdict'
import { useEditor, useSession } from '../session/context'
import { ExpressionInput } from './data/ExpressionInput'
import { Labelled } from './flow/Labelled'
import { ReadyConditions } from './flow/ReadyConditions'
import classes from './inspector.module.css'

/** One wire: what it connects and by which branch. */
export function EdgeInspector({ id }: { id: string }) {
  const session = useSession()
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  const edge = edgeById(document, id)
  if (!edge) return null
  const from = stepById(document, edge.from)
  const agent = from && agentOf(document, from, library)
  const ports = from ? portsOf(from, agent, edgesLeaving(document.edges).get(edge.from) ?? []) : []
  const fields = [{ expression: 'item', type: typeWord(agent?.output_schema) }, ...flattenedFields(fieldsOf(agent?.output_schema, 'item'))]
  const write = (text: string) => session.apply(setEdgeWhen(session.store.getState().document, id, text))
  const name = (step: string) => {
    const found = stepById(document, step)
    return found ? nameOf(found, agentOf(document, found, library)) : step
  }
  return (
    <div className={classes.content} data-testid="edge-inspector">
      <section className={classes.section}>
        <div className={classes.title}>
          <h2>Wire</h2>
        </div>
        <p>
          <button type="button" className={classes.link} onClick={() => session.select(selectSteps([edge.from]))}>
            {name(edge.from)}
          </button>{' '}
          <ArrowRight size={12} aria-label="to" />{' '}
          <button type="button" className={classes.link} onClick={() => session.select(selectSteps([edge.to]))}>
            {name(edge.to)}
          </button>
        </p>
        <WireVerdict edge={id} />
        <p className={classes.hint}>
          {edge.branch === UNDO_BRANCH
            ? `${name(edge.to)} takes back what ${name(edge.from)} did, should the run fail or be stopped later.`
            : `${name(edge.to)} starts when ${name(edge.from)} is done, and may use its output.`}
        </p>
        {(ports.length > 1 || edge.branch !== undefined) && (
          <Select
            label="Followed"
            data={ports.map((port) => ({ value: port.branch ?? '', label: port.branch === null ? 'always' : `on branch ${port.label}${port.gone ? ' (gone)' : ''}` }))}
            value={edge.branch ?? ''}
            allowDeselect={false}
            onChange={(branch) =>
              session.apply(reconnect(document, id, { from: edge.from, to: edge.to, ...(branch ? { branch } : {}) }))
            }
            data-testid="edge-branch"
          />
        )}
        {edge.branch !== UNDO_BRANCH && (
          <>
            <Labelled label="Only when">
              <ExpressionInput
                label="Only when"
                value={edge.when ?? ''}
                placeholder="always"
                proposals={fields}
                onChange={write}
                testId="edge-when"
              />
            </Labelled>
            {edge.when === undefined && <ReadyConditions subject="item" fields={fields} onChoose={write} testId="edge-when" />}
            <p className={classes.hint}>
              Over what {name(edge.from)} saw, with its output as <code>item</code>. When it is false, the wire is not followed.
            </p>
          </>
        )}
        <div className={classes.actions}>
          <Button leftSection={<Trash2 size={13} />} onClick={() => session.apply(removeEdge(document, id))} data-testid="edge-remove">
            Remove the wire
          </Button>
        </div>
      </section>
    </div>
  )
}
