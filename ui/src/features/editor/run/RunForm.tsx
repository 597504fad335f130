import { Button, SegmentedControl, Select } from '@mantine/core'
import { Play } from 'lucide-react'
import { useState } from 'react'

import { ApiError, diagnosticsOf, inputProblemsOf, messageOf, type InputProblem } from '@/api/errors'
import { startExecution } from '@/api/executions'
import { parseJson, toJson } from '@/api/json'
import type { RunMode } from '@/api/types'
import { CodeEditor } from '@/components/code/CodeEditor'
import { SchemaForm } from '@/components/schema-form/SchemaForm'

import { useEditor, useSession, useUiStore } from '../session/context'
import { openBottom, watchRun } from '../session/ui'
import classes from './RunForm.module.css'
import { SaveSample } from './SaveSample'
import { TestOptions, useTestChoices } from './TestOptions'
import { useCtrlEnter } from './useCtrlEnter'
import type { Start } from './useStartingInput'

type Props = { schema: unknown; starts: readonly Start[]; mode: RunMode }

export function RunForm({ schema, starts, mode }: Props) {
  const session = useSession()
  const ui = useUiStore()
  const [first] = starts
  const [source, setSource] = useState(first?.id ?? null)
  const [value, setValue] = useState<unknown>(first?.value ?? {})
  const [text, setText] = useState(() => toJson(first?.value ?? {}, 2))
  const [view, setView] = useState(schema === undefined ? 'json' : 'form')
  const [problems, setProblems] = useState<InputProblem[]>([])
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const test = useTestChoices()
  const blocked = useEditor((state) => mode === 'test' && state.cycles.length > 0)

  const begin = (id: string | null) => {
    const start = starts.find((each) => each.id === id)
    if (!start) return
    setSource(start.id)
    setValue(start.value)
    setText(toJson(start.value, 2))
    setProblems([])
  }
  const change = (next: unknown) => {
    setValue(next)
    setProblems([])
  }
  /** The input as it stands; a message when it is not JSON. */
  const input = (): { value: unknown } | { wrong: string } => {
    if (view === 'form') return { value }
    try {
      return { value: parseJson(text) }
    } catch (error) {
      return { wrong: `This is not JSON: ${messageOf(error)}` }
    }
  }
  const show = (next: string) => {
    if (next === 'json') setText(toJson(value, 2))
    else {
      const read = input()
      if ('wrong' in read) return setFailure(read.wrong)
      setValue(read.value)
    }
    setFailure(null)
    setView(next)
  }
  const run = async () => {
    const read = input()
    if ('wrong' in read) return setFailure(read.wrong)
    setBusy(true)
    setFailure(null)
    setProblems([])
    try {
      if (!(await session.saver.settled())) throw new Error('The latest edits are not saved yet; settle the banner at the top first.')
      const options = mode === 'test' ? test.choices() : {}
      const execution = await startExecution(session.id, { input: read.value, mode, ...(Object.keys(options).length > 0 && { options }) })
      ui.setState({ dialog: null, runUpTo: null })
      watchRun(ui, execution.id)
      globalThis.document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
    } catch (error) {
      if (error instanceof ApiError && diagnosticsOf(error).length > 0) openBottom(ui, 'problems')
      setProblems(inputProblemsOf(error))
      setFailure(messageOf(error))
    } finally {
      setBusy(false)
    }
  }

  useCtrlEnter(() => void run())

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      <div className={classes.head}>
        <Select
          aria-label="Begin with"
          data={starts.map(({ id, title }) => ({ value: id, label: title }))}
          value={source}
          onChange={begin}
          allowDeselect={false}
          data-testid="run-input-source"
          w={200}
        />
        <span className={classes.space} />
        <SegmentedControl
          size="xs"
          data={[
            { value: 'form', label: 'Form', disabled: schema === undefined },
            { value: 'json', label: 'JSON' },
          ]}
          value={view}
          onChange={show}
          data-testid="run-input-view"
        />
      </div>
      <div className={classes.body} data-testid="run-input">
        {view === 'form' ? (
          <SchemaForm schema={schema} value={value} onChange={change} problems={problems} />
        ) : (
          <CodeEditor label="Input as JSON" language="json" value={text} onChange={setText} minHeight={180} testId="run-input-json" />
        )}
        {schema === undefined && (
          <p className={classes.hint}>
            The workflow does not say what its input looks like. Give it an input schema in the settings of the workflow, and this becomes a form.
          </p>
        )}
      </div>
      {failure !== null && (
        <div className={classes.failure} role="alert" data-testid="run-error">
          <p>{failure}</p>
          {problems.length > 0 && view === 'json' && (
            <ul>
              {problems.map(({ path, message }) => (
                <li key={path + message}>
                  <code>{path || '/'}</code> {message}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      {mode === 'test' && <TestOptions test={test} />}
      <div className={classes.foot}>
        <SaveSample input={() => input()} onSaved={setSource} />
        <span className={classes.space} />
        <Button
          type="submit"
          variant="filled"
          loading={busy}
          disabled={blocked}
          leftSection={<Play size={13} fill="currentColor" />}
          data-testid="run-start"
          title={blocked ? 'The steps wait for each other in a circle; break it first' : 'Ctrl Enter'}
        >
          Run
        </Button>
      </div>
      {blocked && <p className={classes.hint}>A cycle keeps this workflow from running. Remove one of the red wires.</p>}
    </form>
  )
}
