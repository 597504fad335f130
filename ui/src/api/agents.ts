//! Agents: the kinds there are, the built-in ones and the user's own.

import { queryOptions } from '@tanstack/react-query'

import { call } from './http'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Agent, KindInfo, LibraryAgent } from './types'

const path = (id: string) => `/api/agents/${encodeURIComponent(id)}`

/** The kinds are compiled into the backend, so they are fetched once. */
export const kindsQuery = () =>
  queryOptions({
    queryKey: keys.kinds,
    queryFn: ({ signal }) =>
      call<{ kinds: KindInfo[] }>('GET', '/api/kinds', { signal }).then((answer) => answer.kinds),
    staleTime: Infinity,
  })

export const agentsQuery = () =>
  queryOptions({
    queryKey: keys.agents,
    queryFn: ({ signal }) =>
      call<{ agents: LibraryAgent[] }>('GET', '/api/agents', { signal }).then((answer) => answer.agents),
  })

/** An agent of that kind as it is before anybody has touched it. */
export function newAgent(info: KindInfo): Agent {
  const { kind, default_config: config, default_input_schema: input, default_output_schema: output } = info
  return { kind, config, ...(input && { input_schema: input }), ...(output && { output_schema: output }) }
}

/** Puts an agent into the library, in place of the one with that id if there is one. */
export async function putAgent(id: string, agent: Agent): Promise<LibraryAgent> {
  const saved = await call<LibraryAgent>('PUT', path(id), { body: { ...agent, id } })
  await queryClient.invalidateQueries({ queryKey: keys.agents })
  return saved
}

export async function deleteAgent(id: string): Promise<void> {
  await call('DELETE', path(id))
  await queryClient.invalidateQueries({ queryKey: keys.agents })
}
