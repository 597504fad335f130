//! Whose data the preview shows: a sample kept with the workflow, the last run's, or made-up data.

import type { SampleData } from '@/api/preview'
import type { Workflow } from '@/api/types'

export type SampleChoice = { from: 'sample'; name: string } | { from: 'run' } | { from: 'generated'; seed: number }

/** What can be chosen, the likeliest first; `run` is the last execution, when there is one. */
export function choicesOf(document: Pick<Workflow, 'tests'>, run: string | undefined, seed: number): SampleChoice[] {
  return [
    ...(document.tests ?? []).map(({ name }) => ({ from: 'sample' as const, name })),
    ...(run === undefined ? [] : [{ from: 'run' as const }]),
    { from: 'generated', seed },
  ]
}

/** The choice that holds: the wanted one while it still exists, else the likeliest. */
export function settled(wanted: SampleChoice | null, choices: readonly SampleChoice[]): SampleChoice {
  const same = (each: SampleChoice) =>
    each.from === wanted?.from && (each.from !== 'sample' || wanted.from !== 'sample' || each.name === wanted.name)
  return choices.find(same) ?? choices[0] ?? { from: 'generated', seed: 1 }
}

/** What the backend is asked for. */
export function dataOf(choice: SampleChoice, document: Pick<Workflow, 'tests'>, run: string | undefined): SampleData {
  switch (choice.from) {
    case 'sample':
      return { input: document.tests?.find(({ name }) => name === choice.name)?.input ?? null }
    case 'run':
      return run === undefined ? {} : { execution: run }
    case 'generated':
      return { seed: choice.seed }
  }
}

export function titleOf(choice: SampleChoice): string {
  switch (choice.from) {
    case 'sample':
      return choice.name
    case 'run':
      return 'Last run'
    case 'generated':
      return 'Generated'
  }
}
