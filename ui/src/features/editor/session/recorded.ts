//! Which steps of a workflow answer from an earlier run in test runs. A choice of whoever sits here, so it is kept in this
//! browser and not in the document.

import type { UiStore } from './ui'

const KEY = 'heddle.recorded.'

export function recordedSteps(workflow: string): ReadonlySet<string> {
  const kept = localStorage.getItem(KEY + workflow)
  return new Set(kept === null ? [] : kept.split(' '))
}

/** Lets a step answer from the record, or its agent again. */
export function setRecorded(ui: UiStore, workflow: string, step: string, on: boolean): void {
  const recorded = new Set(ui.getState().recorded)
  if (on) recorded.add(step)
  else recorded.delete(step)
  ui.setState({ recorded })
  if (recorded.size === 0) localStorage.removeItem(KEY + workflow)
  else localStorage.setItem(KEY + workflow, [...recorded].join(' '))
}
