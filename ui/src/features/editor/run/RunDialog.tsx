import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { versionQuery } from '@/api/workflows'
import { ErrorPanel } from '@/components/ErrorPanel'
import { Pending } from '@/components/Pending'

import { agentOf, nameOf, stepById } from '@/graph/lookup'

import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { RunForm } from './RunForm'
import { useStarts } from './useStartingInput'

/** Asks for the input of a run and starts it. */
export function RunDialog() {
  const ui = useUiStore()
  const opened = useUi((state) => state.dialog === 'run')
  const mode = useUi((state) => state.runMode)
  const version = useEditor((state) => state.latestVersion?.number)
  const upTo = useUi((state) => state.runUpTo)
  const last = useEditor(({ document, library }) => {
    const step = upTo === null ? undefined : stepById(document, upTo)
    return step && nameOf(step, agentOf(document, step, library))
  })
  const title = mode === 'test' ? (last === undefined ? 'Test run' : `Test run up to ${last}`) : version === undefined ? 'Run for real' : `Run version ${version}`
  return (
    <Modal
      opened={opened}
      onClose={() => ui.setState({ dialog: null, runUpTo: null })}
      title={title}
      size={620}
    >
      <div data-testid="run-dialog">
        {mode === 'live' && version !== undefined ? <VersionRun version={version} /> : <DraftRun />}
      </div>
    </Modal>
  )
}

function DraftRun() {
  const schema = useEditor((state) => state.document.input_schema)
  return <Prepared schema={schema} />
}

/** A version runs as it was saved, so its own input schema counts. */
function VersionRun({ version }: { version: number }) {
  const session = useSession()
  const { data, error, refetch } = useQuery(versionQuery(session.id, version))
  if (data) return <Prepared schema={data.document.input_schema} />
  if (error) return <ErrorPanel error={error} title="The version could not be loaded" retry={() => void refetch()} />
  return <Pending />
}

function Prepared({ schema }: { schema: unknown }) {
  const document = useEditor((state) => state.document)
  const mode = useUi((state) => state.runMode)
  const starts = useStarts(document, schema)
  return starts ? <RunForm schema={schema} starts={starts} mode={mode} /> : <Pending />
}
