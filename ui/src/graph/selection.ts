/** What is selected on the canvas. */
export type Selection = {
  steps: ReadonlySet<string>
  edges: ReadonlySet<string>
  notes: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

export const NOTHING: Selection = { steps: NONE, edges: NONE, notes: NONE }

export function selectSteps(ids: Iterable<string>): Selection {
  return { steps: new Set(ids), edges: NONE, notes: NONE }
}

export function selectEdge(id: string): Selection {
  return { steps: NONE, edges: new Set([id]), notes: NONE }
}

export function isNothing(selection: Selection): boolean {
  return selection.steps.size === 0 && selection.edges.size === 0 && selection.notes.size === 0
}

/** The one selected step; null when none or several things are selected. */
export function soleStep(selection: Selection): string | null {
  if (selection.steps.size !== 1 || selection.edges.size > 0 || selection.notes.size > 0) return null
  for (const id of selection.steps) return id
  return null
}

/** The one selected edge; null when none or several things are selected. */
export function soleEdge(selection: Selection): string | null {
  if (selection.edges.size !== 1 || selection.steps.size > 0 || selection.notes.size > 0) return null
  for (const id of selection.edges) return id
  return null
}

/** The selection without what the document no longer has; the same object when nothing is gone. */
export function pruned(
  selection: Selection,
  has: { steps: ReadonlySet<string>; edges: ReadonlySet<string>; notes: ReadonlySet<string> },
): Selection {
  const keep = (ids: ReadonlySet<string>, known: ReadonlySet<string>) => {
    for (const id of ids) if (!known.has(id)) return new Set([...ids].filter((each) => known.has(each)))
    return ids
  }
  const steps = keep(selection.steps, has.steps)
  const edges = keep(selection.edges, has.edges)
  const notes = keep(selection.notes, has.notes)
  const same = steps === selection.steps && edges === selection.edges && notes === selection.notes
  return same ? selection : { steps, edges, notes }
}
