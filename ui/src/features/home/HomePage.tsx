import { Button, Loader, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FolderInput, Plus, Search, SearchX, Trash2, Undo2, Workflow } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'

import { workflowsQuery } from '@/api/workflows'
import type { WorkflowSummary } from '@/api/types'
import { ButtonLink } from '@/components/ButtonLink'
import { EmptyState } from '@/components/EmptyState'
import { openExample } from '@/components/examples'
import { ErrorPanel } from '@/components/ErrorPanel'
import { Page } from '@/components/Page'
import { Pending } from '@/components/Pending'
import { importFromFiles, newWorkflow } from '@/components/workflow-actions'

import { arrange, ORDERS, type Order } from './order'
import { ExamplesMenu } from './ExamplesMenu'
import { FirstSteps } from './FirstSteps'
import { RenameDialog } from './RenameDialog'
import { DeletedCard, WorkflowCard } from './WorkflowCard'
import classes from './home.module.css'

/** All workflows as cards, or the deleted ones. */
export function HomePage({ deleted }: { deleted: boolean }) {
  const { data, error, refetch, isFetching } = useQuery({ ...workflowsQuery(deleted), refetchInterval: 10_000 })
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<Order>('updated')
  const [renaming, setRenaming] = useState<WorkflowSummary>()
  const [wanted] = useDebouncedValue(search, 80)
  const shown = useMemo(() => arrange(data ?? [], wanted, order), [data, wanted, order])
  const none = data?.length === 0
  const start = useStart()

  let content: ReactNode
  if (error && !data) {
    content = <ErrorPanel error={error} title="The workflows could not be loaded" retry={() => void refetch()} />
  } else if (!data) content = <Pending />
  else if (none) content = deleted ? <NothingDeleted /> : <FirstStart />
  else if (shown.length === 0) content = <NothingFound search={wanted} clear={() => setSearch('')} />
  else {
    content = (
      <div className={classes.grid} data-testid="workflow-grid">
        {shown.map((workflow) =>
          deleted ? (
            <DeletedCard key={workflow.id} workflow={workflow} />
          ) : (
            <WorkflowCard key={workflow.id} workflow={workflow} onRename={setRenaming} />
          ),
        )}
      </div>
    )
  }

  return (
    <Page
      title={deleted ? 'Deleted workflows' : 'Workflows'}
      actions={deleted ? <BackButton /> : none ? undefined : <StartButtons />}
      toolbar={
        !none && (
          <>
            <TextInput
              className={classes.search}
              aria-label="Search workflows"
              placeholder="Search workflows"
              leftSection={<Search size={14} />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              data-testid="workflow-search"
            />
            <Select
              aria-label="Order"
              data={[...ORDERS]}
              value={order}
              onChange={(value) => value && setOrder(value)}
              allowDeselect={false}
              w={130}
              data-testid="workflow-order"
            />
            {error && isFetching && <Loader size={14} aria-label="Connecting again" />}
            {!deleted && (
              <ButtonLink
                className={classes.trash}
                to="/"
                search={{ deleted: true }}
                variant="subtle"
                color="gray"
                leftSection={<Trash2 size={14} />}
                data-testid="show-deleted"
              >
                Deleted
              </ButtonLink>
            )}
          </>
        )
      }
    >
      {!deleted && data && !none && <FirstSteps onOpenExample={() => void start(() => openExample())} />}
      {content}
      <RenameDialog workflow={renaming} onClose={() => setRenaming(undefined)} />
    </Page>
  )
}

/** The three ways to a workflow; opens what arrives. */
function StartButtons() {
  const start = useStart()
  return (
    <>
      <ExamplesMenu onOpen={(example) => void start(() => openExample(example))} />
      <Button leftSection={<FolderInput size={14} />} onClick={() => start(importFromFiles)} data-testid="import-workflow">
        Import…
      </Button>
      <Button
        variant="filled"
        leftSection={<Plus size={14} />}
        onClick={() => start(newWorkflow)}
        data-testid="new-workflow"
      >
        New workflow
      </Button>
    </>
  )
}

function useStart() {
  const navigate = useNavigate()
  return async (action: () => Promise<string | undefined>) => {
    const id = await action()
    if (id) await navigate({ to: '/workflows/$id', params: { id } })
  }
}

function FirstStart() {
  return (
    <EmptyState Icon={Workflow} title="Weave your first workflow" actions={<StartButtons />}>
      A workflow is a graph of agents: scripts, queries, requests, language models. Draw it, see at once whether the data
      fits, and run it on this machine. The example works without any key or network.
    </EmptyState>
  )
}

function BackButton() {
  return (
    <ButtonLink to="/" leftSection={<Undo2 size={14} />} data-testid="show-workflows">
      All workflows
    </ButtonLink>
  )
}

function NothingDeleted() {
  return (
    <EmptyState Icon={Trash2} title="Nothing is deleted">
      Workflows you delete wait here, whole, until you want them back.
    </EmptyState>
  )
}

function NothingFound({ search, clear }: { search: string; clear: () => void }) {
  return (
    <EmptyState Icon={SearchX} title={`No workflow matches “${search.trim()}”`} actions={<Button onClick={clear}>Clear the search</Button>}>
      Names and descriptions are searched.
    </EmptyState>
  )
}
