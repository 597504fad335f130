import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { History, Search, SearchX, X } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'

import { executionsQuery } from '@/api/executions'
import { workflowsQuery } from '@/api/workflows'
import { ButtonLink } from '@/components/ButtonLink'
import { EmptyState } from '@/components/EmptyState'
import { ErrorPanel } from '@/components/ErrorPanel'
import { Page } from '@/components/Page'
import { Pending } from '@/components/Pending'

import { ExecutionsTable } from './ExecutionsTable'
import { filterOf, STATUS_OPTIONS, withFilter, type ExecutionsSearch } from './filter'
import classes from './executions.module.css'

/** Every execution, newest first; the filter is part of the address. */
export function ExecutionsPage({ search }: { search: ExecutionsSearch }) {
  const filter = filterOf(search)
  const filtered = Object.keys(filter).length > 0
  const list = useInfiniteQuery(executionsQuery(filter))
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.executions) ?? [], [list.data])

  let content: ReactNode
  if (list.error && !list.data) {
    content = <ErrorPanel error={list.error} title="The executions could not be loaded" retry={() => void list.refetch()} />
  } else if (!list.data) content = <Pending />
  else if (runs.length === 0) content = filtered ? <NothingFound /> : <NothingYet />
  else {
    content = (
      <ExecutionsTable
        runs={runs}
        complete={!list.hasNextPage}
        onEnd={() => !list.isFetchingNextPage && void list.fetchNextPage()}
      />
    )
  }
  return (
    <Page title="Executions" toolbar={<Filters search={search} filtered={filtered} />}>
      {content}
    </Page>
  )
}

function Filters({ search, filtered }: { search: ExecutionsSearch; filtered: boolean }) {
  const navigate = useNavigate()
  const { data: workflows } = useQuery(workflowsQuery())
  // What is being typed, until the field is left; the address follows a little later.
  const [typed, setTyped] = useState<string>()
  const change = (changes: Parameters<typeof withFilter>[1]) =>
    void navigate({ to: '/executions', search: withFilter(search, changes), replace: true })
  const changeText = useDebouncedCallback((q: string) => change({ q }), 200)

  const options = (workflows ?? []).map(({ id, name }) => ({ value: id, label: name }))
  if (search.workflow && !options.some(({ value }) => value === search.workflow)) {
    options.push({ value: search.workflow, label: search.workflow })
  }
  return (
    <>
      <TextInput
        className={classes.search}
        aria-label="Search executions"
        placeholder="Workflow or id"
        leftSection={<Search size={14} />}
        value={typed ?? search.q ?? ''}
        onBlur={() => setTyped(undefined)}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          changeText(event.currentTarget.value)
        }}
        data-testid="executions-search"
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATUS_OPTIONS}
        value={search.status ?? null}
        onChange={(status) => change({ status })}
        clearable
        w={140}
        data-testid="executions-status"
      />
      <Select
        aria-label="Workflow"
        placeholder="Any workflow"
        data={options}
        value={search.workflow ?? null}
        onChange={(workflow) => change({ workflow })}
        clearable
        searchable
        nothingFoundMessage="No such workflow"
        w={240}
        data-testid="executions-workflow"
      />
      {filtered && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<X size={14} />}
          onClick={() => change({ q: null, status: null, workflow: null })}
          data-testid="executions-clear"
        >
          Clear
        </Button>
      )}
    </>
  )
}

function NothingYet() {
  return (
    <EmptyState Icon={History} title="Nothing has run yet" actions={<ButtonLink to="/">Choose a workflow</ButtonLink>}>
      Open a workflow and press Test run. Every execution is kept here with its data, its timeline and its errors.
    </EmptyState>
  )
}

function NothingFound() {
  return (
    <EmptyState
      Icon={SearchX}
      title="No execution matches"
      actions={
        <ButtonLink to="/executions" search={{}}>
          Show all
        </ButtonLink>
      }
    >
      Choose another status or workflow, or search for something else.
    </EmptyState>
  )
}
