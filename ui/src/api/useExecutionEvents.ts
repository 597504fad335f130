//! The live event log of an execution. However many components watch one execution, one long-poll follows it.

import { useSyncExternalStore } from 'react'

import { messageOf } from './errors'
import { fetchEvents, isSettled } from './executions'
import { keys } from './keys'
import { queryClient } from './queryClient'
import type { Event, ExecutionDetail, ExecutionStatus } from './types'

export type EventFeed = {
  /** All events so far, in order. */
  events: readonly Event[]
  /** Unknown before the first answer. */
  status: ExecutionStatus | undefined
  /** Why the feed is behind, while it is; it keeps trying. */
  error: string | undefined
}

const EMPTY: EventFeed = { events: [], status: undefined, error: undefined }
const WAIT_MS = 25_000
const PAUSE_AFTER_ERROR_MS = 1_500
/** Logs kept after nobody watches them any more. */
const KEPT_FEEDS = 20
/** Least time between two refreshes of the execution's detail. */
const REFRESH_MS = 120

/** Follows the execution until it settles. `undefined` follows nothing. */
export function useExecutionEvents(id: string | undefined): EventFeed {
  const feed = id === undefined ? undefined : feedOf(id)
  return useSyncExternalStore(feed?.subscribe ?? subscribeToNothing, feed?.read ?? readNothing)
}

const subscribeToNothing = () => () => undefined
const readNothing = () => EMPTY

type Feed = { subscribe: (listener: () => void) => () => void; read: () => EventFeed; watched: () => boolean }

const feeds = new Map<string, Feed>()

function feedOf(id: string): Feed {
  let feed = feeds.get(id)
  if (!feed) {
    for (const [other, idle] of feeds) if (feeds.size >= KEPT_FEEDS && !idle.watched()) feeds.delete(other)
    feeds.set(id, (feed = createFeed(id)))
  }
  return feed
}

function createFeed(id: string): Feed {
  const listeners = new Set<() => void>()
  let state = EMPTY
  let following: AbortController | undefined

  const set = (next: Partial<EventFeed>) => {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const refresh = throttledRefresh(id)
    for (;;) {
      const after = state.events.at(-1)?.seq ?? 0
      try {
        const answer = await fetchEvents(id, after, WAIT_MS, signal)
        if (signal.aborted) return
        const fresh = answer.events.filter((event) => event.seq > after)
        const all = fresh.length > 0 ? [...state.events, ...fresh] : state.events
        set({ events: all, status: answer.status, error: undefined })
        if (fresh.length > 0) refresh(answer.last_seq)
        if (fresh.some(({ kind }) => kind.type.startsWith('approval_'))) void queryClient.invalidateQueries({ queryKey: keys.approvals })
        if (isSettled(answer.status) && (all.at(-1)?.seq ?? 0) >= answer.last_seq) {
          void queryClient.invalidateQueries({ queryKey: keys.executions })
          void queryClient.invalidateQueries({ queryKey: ['workflows', 'list'] })
          return
        }
      } catch (error) {
        if (signal.aborted) return
        set({ error: messageOf(error) })
        await pause(PAUSE_AFTER_ERROR_MS, signal)
        if (signal.aborted) return
      }
    }
  }

  return {
    read: () => state,
    watched: () => listeners.size > 0,
    subscribe: (listener) => {
      listeners.add(listener)
      if (!following && !(state.status && isSettled(state.status))) {
        following = new AbortController()
        void follow(following.signal)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        following?.abort()
        following = undefined
      }
    },
  }
}

/**
 * Refreshes the execution's detail at most once per `REFRESH_MS`, and always after the last call; not while the log is
 * being read up to what the detail knows already.
 */
function throttledRefresh(id: string): (seq: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (seq) => {
    if (seq <= (queryClient.getQueryData<ExecutionDetail>(keys.execution(id))?.last_seq ?? 0)) return
    timer ??= setTimeout(() => {
      timer = undefined
      void queryClient.invalidateQueries({ queryKey: keys.execution(id), exact: true })
    }, REFRESH_MS)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
