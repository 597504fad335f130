//! The steps of an execution, for the nodes and wires of its graph: each reads its own, so that only what changed renders.

import { createContext, useContext } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'

import type { StepView } from '@/api/types'

type Runs = {
  steps: ReadonlyMap<string, StepView>
  /** How far the loops among them are, in words. */
  turns: ReadonlyMap<string, string>
  /** Where steps are held by something that runs within them, in words. */
  held: ReadonlyMap<string, string>
}

export const createRuns = (): StoreApi<Runs> => createStore(() => ({ steps: new Map(), turns: new Map(), held: new Map() }))

export const RunsContext = createContext<StoreApi<Runs>>(createRuns())

/** How the step with this id stands. */
export function useStepView(id: string): StepView | undefined {
  return useStore(useContext(RunsContext), (runs) => runs.steps.get(id))
}

/** How far the loop with this id is; undefined for what is none, or has not begun. */
export function useTurns(id: string): string | undefined {
  return useStore(useContext(RunsContext), (runs) => runs.turns.get(id))
}

/** Where the step with this id is held by something that runs within it. */
export function useHeld(id: string): string | undefined {
  return useStore(useContext(RunsContext), (runs) => runs.held.get(id))
}
