//! Agents: the kinds there are, the built-in ones and the user's own.

import { queryOptions } from '@tanstack/react-query'

import { answer, client } from './client'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Agent, KindInfo, LibraryAgent } from './types'

const at = (id: string) => ({ params: { path: { id } } })

/** The kinds are compiled into the backend, so they are fetched once. */
export const kindsQuery = () =>
  queryOptions({
    queryKey: keys.kinds,
    queryFn: async ({ signal }) => (await answer(client.GET('/api/kinds', { signal }))).kinds,
    staleTime: Infinity,
  })

export const agentsQuery = () =>
  queryOptions({
    queryKey: keys.agents,
    queryFn: async ({ signal }) => (await answer(client.GET('/api/agents', { signal }))).agents,
  })

/** An agent of that kind as it is before anybody has touched it. */
export function newAgent(info: KindInfo): Agent {
  const { kind, default_config: config, default_input_schema: input, default_output_schema: output } = info
  return { kind, config, ...(input && { input_schema: input }), ...(output && { output_schema: output }) }
}

/** Puts an agent into the library, in place of the one with that id if there is one. */
export async function putAgent(id: string, agent: Agent): Promise<LibraryAgent> {
  const saved = await answer(client.PUT('/api/agents/{id}', { ...at(id), body: { ...agent, id } }))
  await queryClient.invalidateQueries({ queryKey: keys.agents })
  return saved
}

export async function deleteAgent(id: string): Promise<void> {
  await client.DELETE('/api/agents/{id}', at(id))
  await queryClient.invalidateQueries({ queryKey: keys.agents })
}
