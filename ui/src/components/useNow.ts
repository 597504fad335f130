//! One clock for the whole page: everything that shows a passing time ticks together, and nothing ticks unseen.

import { useSyncExternalStore } from 'react'

import { useStandstill } from '@/api/backend'

type Clock = { subscribe: (listener: () => void) => () => void; read: () => number }

const clocks = new Map<number, Clock>()

/** The time in milliseconds since 1970, renewed every `everyMs` while `running`. */
export function useNow(everyMs: number, running = true): number {
  const clock = clockOf(everyMs)
  return useSyncExternalStore(running ? clock.subscribe : still, clock.read)
}

/**
 * The same for the time something has taken that the backend does: while it does not answer nobody knows whether that goes
 * on, and the time stands where it was when the last answer came.
 */
export function useRunningNow(everyMs: number, running: boolean): number {
  const standstill = useStandstill()
  const now = useNow(everyMs, running && standstill === undefined)
  return standstill ?? now
}

const still = () => () => undefined

function clockOf(everyMs: number): Clock {
  let clock = clocks.get(everyMs)
  if (!clock) clocks.set(everyMs, (clock = createClock(everyMs)))
  return clock
}

function createClock(everyMs: number): Clock {
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  let now = Date.now()
  return {
    read: () => {
      // Without a running timer the kept time may be old; renew it, in steps so that repeated reads agree.
      if (timer === undefined && Date.now() - now >= everyMs) now = Date.now()
      return now
    },
    subscribe: (listener) => {
      listeners.add(listener)
      timer ??= setInterval(() => {
        now = Date.now()
        for (const each of listeners) each()
      }, everyMs)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}
