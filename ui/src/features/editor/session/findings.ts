//! Diagnostics and cycles by what they are about, indexed once per answer: every visible node and wire asks.

import type { Diagnostic } from '@/api/types'
import type { Cycle } from '@/graph/cycles'

type Findings = { steps: Map<string, Diagnostic[]>; edges: Map<string, Diagnostic[]> }

const RANK = { error: 0, warning: 1, info: 2 }

const byDiagnostics = new WeakMap<readonly Diagnostic[], Findings>()

function findings(diagnostics: readonly Diagnostic[]): Findings {
  let found = byDiagnostics.get(diagnostics)
  if (found) return found
  found = { steps: new Map(), edges: new Map() }
  for (const diagnostic of sorted(diagnostics)) {
    if (diagnostic.step !== undefined) {
      const list = found.steps.get(diagnostic.step)
      if (list) list.push(diagnostic)
      else found.steps.set(diagnostic.step, [diagnostic])
    }
    if (diagnostic.edge !== undefined && diagnostic.severity !== 'info') {
      const list = found.edges.get(diagnostic.edge)
      if (list) list.push(diagnostic)
      else found.edges.set(diagnostic.edge, [diagnostic])
    }
  }
  byDiagnostics.set(diagnostics, found)
  return found
}

/** Errors first, then warnings, then the rest; otherwise as they came. */
export function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => RANK[a.severity] - RANK[b.severity])
}

const NONE: readonly Diagnostic[] = []

/** What was found about a step, the worst first. */
export function findingsOfStep(diagnostics: readonly Diagnostic[], step: string): readonly Diagnostic[] {
  return findings(diagnostics).steps.get(step) ?? NONE
}

/** The worst that was found about a wire, but for codes that are said otherwise. */
export function findingOfEdge(
  diagnostics: readonly Diagnostic[],
  edge: string,
  saidOtherwise: (code: string) => boolean,
): Diagnostic | undefined {
  return findings(diagnostics).edges.get(edge)?.find(({ code }) => !saidOtherwise(code))
}

const byCycles = new WeakMap<readonly Cycle[], { steps: Set<string>; edges: Set<string> }>()

/** Everything that lies on a cycle. */
export function onCycle(cycles: readonly Cycle[]): { steps: ReadonlySet<string>; edges: ReadonlySet<string> } {
  let found = byCycles.get(cycles)
  if (!found) {
    found = { steps: new Set(cycles.flatMap((each) => each.steps)), edges: new Set(cycles.flatMap((each) => each.edges)) }
    byCycles.set(cycles, found)
  }
  return found
}
