//! The steps of an execution, for the nodes and wires of its graph: each reads its own, so that only what changed renders.

import { createContext, useContext } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'

import type { StepView } from '@/api/types'

type Runs = { steps: ReadonlyMap<string, StepView> }

export const createRuns = (): StoreApi<Runs> => createStore(() => ({ steps: new Map() }))

export const RunsContext = createContext<StoreApi<Runs>>(createRuns())

/** How the step with this id stands. */
export function useStepView(id: string): StepView | undefined {
  return useStore(useContext(RunsContext), (runs) => runs.steps.get(id))
}
