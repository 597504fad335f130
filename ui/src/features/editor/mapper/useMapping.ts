//! Everything the mapper shows of one step, and what can be done to its mapping. The inspector and the wide view stand on
//! the same hook.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

import { automap, type FieldProposals } from '@/api/preview'
import type { FlowSource, WireProof } from '@/api/proof'
import type { Agent, Step } from '@/api/types'
import { setMapping } from '@/graph/edits/step'
import { unique } from '@/graph/ids'

import { meaningOf, usePreview, useRestedDocument, type PreviewState } from '../preview/usePreview'
import { useEditor, useProof, useSession, useUiStore } from '../session/context'
import { findingsOfStep } from '../session/findings'
import { taken, type Offer } from './offers'
import { withExpressionAt } from './literal'
import { expressionsOf } from './rows'
import { declaredSources, nearestFirst } from './sources'
import { valueAt, type Target } from './targets'
import { treeOf, type SourceNode } from './tree'
import { verdictOf, type FieldVerdict } from './verdicts'

export type Completion = { expression: string; type: string; value?: unknown }

export type Mapping = {
  step: Step
  agent: Agent | undefined
  mapping: Readonly<Record<string, string>> | undefined
  /** The schema of the step's input. */
  accepts: unknown
  tree: SourceNode[]
  completions: Completion[]
  preview: PreviewState
  /** What auto-map knows; undefined until it has answered. */
  proposals: FieldProposals[] | undefined
  verdict: (target: Target) => FieldVerdict
  /** What a field gets from the sample; undefined when there is nothing. */
  value: (target: Target) => unknown
  /** The expression of a field while it is typed; typing is one step of undo. */
  type: (path: readonly string[], expression: string, declared: boolean) => void
  /** Puts an expression where there was another, or none; answers false when what stands there came as a whole. */
  place: (path: readonly string[], expression: string) => boolean
  /** Puts an expression into a field of its own, called `name` or the like. */
  placeNew: (name: string, expression: string) => boolean
  remove: (path: readonly string[]) => void
  take: (offers: readonly Offer[]) => void
  clear: () => void
}

/** The sources of a step's expressions. */
export function useSources(step: string): FlowSource[] {
  const flow = useProof((state) => state.flows.get(step))
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  return useMemo(
    () => nearestFirst(flow && flow.sources.length > 0 ? flow.sources : declaredSources(document, step, library)),
    [document, flow, library, step],
  )
}

/** The tree of a step's sources with the values of the preview. */
export function useTree(step: string, { preview, steps }: PreviewState): SourceNode[] {
  const sources = useSources(step)
  const variables = useEditor((state) => state.document.variables)
  return useMemo(
    () =>
      treeOf(sources, (source) => {
        if (source.step !== undefined) return steps.get(source.step)?.output
        if (source.expression === 'input') return preview?.input
        return source.expression === 'vars' ? variables : undefined
      }),
    [preview?.input, sources, steps, variables],
  )
}

export function useMapping(step: Step, agent: Agent | undefined): Mapping {
  const session = useSession()
  const ui = useUiStore()
  const { id, mapping } = step
  const preview = usePreview()
  const tree = useTree(id, preview)
  const flow = useProof((state) => state.flows.get(id))
  const accepts = flow?.accepts ?? agent?.input_schema
  const fields = flow?.fields
  const wires = useWiresInto(id)
  const diagnostics = useEditor((state) => findingsOfStep(state.diagnostics, id))
  const proposals = useProposed(id)
  const stepPreview = preview.steps.get(id)

  const current = useCallback(
    () => session.store.getState().document.steps.find((each) => each.id === id)?.mapping,
    [session, id],
  )
  const write = useCallback(
    (path: readonly string[], expression: string | undefined, typing: boolean): boolean => {
      const [field = '', ...within] = path
      const old = current()
      const next = withExpressionAt(old?.[field], within, expression)
      if (!next) {
        ui.setState({ announcement: `${field} comes as a whole: take its expression away first to map what is within` })
        return false
      }
      const { [field]: _, ...others } = old ?? {}
      const all = next.text === undefined ? others : { ...old, [field]: next.text }
      const edit = setMapping(session.store.getState().document, id, Object.keys(all).length > 0 ? all : undefined, field)
      if (!edit) return false
      const { merge, ...whole } = edit
      session.apply(typing && merge !== undefined ? { ...whole, merge } : whole)
      return true
    },
    [current, id, session, ui],
  )

  const place = useCallback(
    (path: readonly string[], expression: string) => {
      const placed = write(path, expression, false)
      if (placed) ui.setState({ announcement: `${path.join(' ')} is mapped from ${expression}` })
      return placed
    },
    [ui, write],
  )
  const placeNew = useCallback(
    (name: string, expression: string) => place([unique(name, new Set(Object.keys(current() ?? {})))], expression),
    [current, place],
  )

  return useMemo(() => {
    const evidence = { mapped: mapping !== undefined, wires, diagnostics, preview: stepPreview, fields }
    return {
      step,
      agent,
      mapping,
      accepts,
      tree,
      completions: expressionsOf(tree),
      preview,
      proposals,
      verdict: (target) => verdictOf(target, evidence),
      value: (target) => valueAt(stepPreview?.input, target.path),
      type: (path, expression, declared) => {
        write(path, expression === '' && (declared || path.length > 1) ? undefined : expression, true)
      },
      place,
      placeNew,
      remove: (path) => {
        write(path, undefined, false)
      },
      take: (offers) => {
        const edit = setMapping(session.store.getState().document, id, taken(current(), offers))
        session.apply(edit && { ...edit, label: `Auto-map ${offers.length === 1 ? offers[0]?.field : `${offers.length} fields`} of ${id}` })
        ui.setState({ announcement: `${offers.length === 1 ? 'One field' : `${offers.length} fields`} mapped` })
      },
      clear: () => {
        session.apply(setMapping(session.store.getState().document, id, undefined))
      },
    }
  }, [accepts, agent, current, diagnostics, fields, id, mapping, place, placeNew, preview, proposals, session, step, stepPreview, tree, ui, wires, write])
}

const NO_WIRES: readonly WireProof[] = []

function useWiresInto(step: string): readonly WireProof[] {
  const all = useProof((state) => state.wires)
  return useMemo(() => {
    const into = [...all.values()].filter((wire) => wire.to === step)
    return into.length > 0 ? into : NO_WIRES
  }, [all, step])
}

/** What auto-map would propose, looked up while the mapper is open. */
function useProposed(step: string): FieldProposals[] | undefined {
  const document = useRestedDocument()
  return useQuery({
    queryKey: ['automap', document.id, step, meaningOf(document)],
    queryFn: ({ signal }) => automap(document, step, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 60_000,
    retry: 1,
  }).data
}
