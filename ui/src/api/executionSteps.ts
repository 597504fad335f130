//! Executions of many thousand steps: the first steps come with the execution, the rest a page at a time right behind;
//! later only what has changed since.

import { answer, client } from './client'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { ExecutionDetail, StepPage, StepView } from './types'

/** So many steps are there at once, and so many of those that run within each. */
const FIRST = 200

type Which = { parent?: string; after?: string; since?: number }

/** A page of the steps of the workflow itself, or of those that run within `parent`. */
function fetchSteps(id: string, query: Which, signal?: AbortSignal): Promise<StepPage> {
  return answer(client.GET('/api/executions/{id}/steps', { params: { path: { id }, query }, ...(signal && { signal }) }))
}

/** All steps, of the workflow or within `parent`, that something happened to after the event `since`. */
export async function fetchChanged(id: string, since: number, parent?: string, signal?: AbortSignal): Promise<StepPage> {
  const where = parent === undefined ? { since } : { since, parent }
  let all = await fetchSteps(id, where, signal)
  while (all.next !== undefined) {
    const page = await fetchSteps(id, { ...where, after: all.next }, signal)
    all = { ...page, steps: [...all.steps, ...page.steps], groups: [...all.groups, ...page.groups], last_seq: all.last_seq }
  }
  return all
}

/** An execution as it is now, with as many of its steps as were there before; what is missing follows by itself. */
export async function fetchExecution(id: string, signal: AbortSignal): Promise<ExecutionDetail> {
  const params = { path: { id }, query: { limit: FIRST } }
  const fresh = await answer(client.GET('/api/executions/{id}', { params, signal }))
  if (fresh.next === undefined) return fresh
  const before = known(id)?.last_seq
  const changed = before === undefined ? undefined : await fetchChanged(id, before, undefined, signal)
  // Looked up again: a page may have come meanwhile, as of a later moment than what has changed.
  const there = known(id)
  const joined = there && changed ? joinSteps(fresh, there, changed) : fresh
  if (joined.next !== undefined) void loadRest(id)
  return joined
}

/** What is known of an execution, brought up to date: `fresh` has its first steps, `changed` what happened since. */
export function joinSteps(fresh: ExecutionDetail, known: ExecutionDetail, changed: StepPage): ExecutionDetail {
  const latest = new Map([...changed.steps, ...fresh.steps].map((step) => [step.path, step]))
  const ended = fresh.completed_at !== undefined
  const current = (step: StepView): StepView => {
    const now = latest.get(step.path) ?? step
    // Nothing happened to steps that never began; the end of the execution is theirs.
    return ended && !isOver(now) ? { ...now, status: 'cancelled' } : now
  }
  const own = new Set(known.steps.map((step) => step.path))
  const groups = new Map(known.groups.filter((group) => own.has(group.parent)).map((group) => [group.parent, group]))
  for (const group of [...changed.groups, ...fresh.groups]) groups.set(group.parent, group)
  return withNext({ ...fresh, steps: known.steps.map(current), groups: [...groups.values()] }, known.next)
}

const isOver = ({ status }: StepView) => ['completed', 'failed', 'skipped', 'cancelled'].includes(status)

const loading = new Set<string>()

/** Longest the rest waits for the first steps to be drawn, in milliseconds. */
const DRAWN_MS = 500

/** The browser has nothing else to do; WebKit does not tell. */
const idle = () =>
  new Promise<void>((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: DRAWN_MS })
    else setTimeout(resolve, DRAWN_MS / 5)
  })

/** Somebody looks at the execution, or it is forgotten: what is loaded ahead of a click is but its beginning. */
function watched(id: string): Promise<void> {
  const cache = queryClient.getQueryCache()
  const query = cache.find({ queryKey: keys.execution(id) })
  if (!query || query.getObserversCount() > 0) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = cache.subscribe((event) => {
      if (event.query !== query || (event.type !== 'observerAdded' && event.type !== 'removed')) return
      stop()
      resolve()
    })
  })
}

/** Loads the steps that are missing, page after page, into what is known of the execution, once somebody looks at it. */
export async function loadRest(id: string): Promise<void> {
  if (loading.has(id)) return
  loading.add(id)
  try {
    await watched(id)
    await idle()
    for (let next = known(id)?.next; next !== undefined; next = known(id)?.next) {
      const page = await fetchSteps(id, { after: next })
      const before = known(id)
      // What is known may have begun anew meanwhile, or be of a later moment than the page: changes in between would be lost.
      if (before === undefined || before.next !== next || page.last_seq < before.last_seq) continue
      queryClient.setQueryData(keys.execution(id), append(before, page))
    }
  } catch {
    // The row that stands for the rest offers to try again.
  } finally {
    loading.delete(id)
  }
}

function append(known: ExecutionDetail, page: StepPage): ExecutionDetail {
  const joined = { ...known, steps: [...known.steps, ...page.steps], groups: [...known.groups, ...page.groups] }
  return withNext(joined, page.next)
}

function withNext(detail: ExecutionDetail, next: string | undefined): ExecutionDetail {
  const joined = { ...detail }
  if (next === undefined) delete joined.next
  else joined.next = next
  return joined
}

const known = (id: string) => queryClient.getQueryData<ExecutionDetail>(keys.execution(id))
