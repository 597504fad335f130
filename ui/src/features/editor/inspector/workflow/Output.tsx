import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { useMemo, useState } from 'react'

import type { Workflow } from '@/api/types'
import { Prose } from '@/components/Prose'
import { setOutputField, setOutputMapping, setSetting } from '@/graph/edits/workflow'
import { unique } from '@/graph/ids'

import { expressionsOf } from '../../mapper/rows'
import { declaredSources } from '../../mapper/sources'
import { treeOf } from '../../mapper/tree'
import { useEditor, useSession } from '../../session/context'
import { ExpressionInput } from '../data/ExpressionInput'
import classes from '../inspector.module.css'
import own from './workflow.module.css'

const MIB = 1_048_576

/** What an execution gives: by itself the output of the last step, or fields of one's own. */
export function Output() {
  const session = useSession()
  const output = useEditor((state) => state.document.settings.output)
  const entries = Object.entries(output?.mapping ?? {})
  const offered = useOffered()
  const now = () => session.store.getState().document
  return (
    <section className={classes.section} data-testid="workflow-output">
      <h3>Output</h3>
      {entries.length === 0 && (
        <p className={classes.hint}>What the last step gives; of several last steps, an object with each one’s output.</p>
      )}
      {entries.map(([field, expression], index) => (
        <Row
          key={index}
          field={field}
          expression={expression}
          taken={entries.filter((_, at) => at !== index).map(([other]) => other)}
          offered={offered}
          onField={(next) => session.apply(setOutputMapping(now(), Object.fromEntries(entries.with(index, [next, expression]))))}
          onExpression={(next) => session.apply(setOutputField(now(), field, next))}
          onRemove={() => session.apply(setOutputMapping(now(), Object.fromEntries(entries.toSpliced(index, 1))))}
        />
      ))}
      <div>
        <Button
          leftSection={<Plus size={13} />}
          onClick={() => session.apply(setOutputField(now(), unique('field', new Set(entries.map(([field]) => field))), ''))}
          data-testid="output-add"
        >
          Add a field
        </Button>
      </div>
      <div className={classes.two}>
        <NumberInput
          size="xs"
          label="Largest output of a step"
          placeholder="10 MiB"
          suffix=" MiB"
          min={0}
          decimalScale={3}
          value={output?.max_bytes === undefined ? '' : output.max_bytes / MIB}
          onChange={(size) => {
            const max_bytes = typeof size === 'number' && size > 0 ? Math.round(size * MIB) : undefined
            if (size === '' || max_bytes !== undefined) session.apply(setSetting(now(), 'output', withLimit(output, max_bytes)))
          }}
          data-testid="setting-max-bytes"
        />
      </div>
    </section>
  )
}

type Options = Workflow['settings']['output']

function withLimit(output: Options, max_bytes: number | undefined): Options {
  const { max_bytes: _, ...rest } = output ?? {}
  return max_bytes === undefined ? rest : { ...rest, max_bytes }
}

const LAST = '$output'

/** Everything the output may be made of: it sees what a step after all others would see. */
function useOffered() {
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  return useMemo(() => {
    const edges = document.steps.map(({ id }) => ({ id: `${LAST} ${id}`, from: id, to: LAST }))
    const steps = [...document.steps, { id: LAST, agent: '' }]
    const beyond = { ...document, steps, edges: [...document.edges, ...edges] }
    return expressionsOf(treeOf(declaredSources(beyond, LAST, library), () => undefined))
  }, [document, library])
}

type RowProps = {
  field: string
  expression: string
  taken: readonly string[]
  offered: ReturnType<typeof useOffered>
  onField: (field: string) => void
  onExpression: (expression: string) => void
  onRemove: () => void
}

function Row({ field, expression, taken, offered, onField, onExpression, onRemove }: RowProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const pointer = `/settings/output/mapping/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const finding = useEditor((state) => state.diagnostics.find(({ path }) => path === pointer))
  const problem = draft === null ? null : draft === '' ? 'Needs a name' : taken.includes(draft) ? 'Taken' : null
  const keep = () => {
    if (draft !== null && problem === null && draft !== field) onField(draft)
    setDraft(null)
  }
  return (
    <div className={own.variable}>
      <TextInput
        aria-label="Field of the output"
        classNames={{ input: 'mono' }}
        value={draft ?? field}
        error={problem}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => event.key === 'Enter' && keep()}
        data-testid={`output-field-${field}`}
      />
      <ExpressionInput
        label={`Expression for ${field}`}
        value={expression}
        placeholder="steps.….output"
        proposals={offered}
        error={finding?.message}
        onChange={onExpression}
        testId={`output-expression-${field}`}
      />
      <ActionIcon size={22} aria-label={`Remove ${field}`} onClick={onRemove} data-testid={`output-remove-${field}`}>
        <X size={13} />
      </ActionIcon>
      {finding && (
        <p className={own.problem}>
          <Prose text={finding.message} />
        </p>
      )}
    </div>
  )
}
