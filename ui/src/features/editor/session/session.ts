//! One open workflow: its document, what is selected, its history, and the queue that saves it. Lives as long as there
//! is something to save, even when the page is left.

import { createStore, type StoreApi } from 'zustand/vanilla'

import { fetchEdit, fetchEdits, saveDraft } from '@/api/workflows'
import type { Diagnostic, VersionSummary, Workflow, WorkflowDraft } from '@/api/types'
import { notifyError } from '@/components/notify'
import { cycles, type Cycle } from '@/graph/cycles'
import type { Edit } from '@/graph/edits/edit'
import { toGhosts, toNodes, toWires, type CanvasNode, type Wire } from '@/graph/flow'
import type { Library } from '@/graph/lookup'
import { NOTHING, pruned, type Selection } from '@/graph/selection'

import { clearBackup, writeBackup } from './backup'
import { continues, NO_HISTORY, recorded, redone, undone, type History, type State } from './history'
import { continuedLabel, historyFrom, redoLabel, undoLabel } from './journal'
import { createSaver, type Saver, type SaveState } from './saver'

export type EditorState = {
  document: Workflow
  selection: Selection
  history: History
  nodes: CanvasNode[]
  wires: Wire[]
  cycles: Cycle[]
  library: Library
  /** What the checks found; the session's proof keeps them up to date. */
  diagnostics: Diagnostic[]
  save: SaveState
  latestVersion: VersionSummary | undefined
  changedSinceVersion: boolean
}

export type Session = {
  id: string
  store: StoreApi<EditorState>
  saver: Saver
  /** Makes an edit; null is nothing to do. Answers whether something changed. */
  apply: (edit: Edit | null) => boolean
  undo: () => Promise<void>
  redo: () => Promise<void>
  select: (selection: Selection) => void
  setNodes: (nodes: CanvasNode[]) => void
  setLibrary: (library: Library) => void
  /** Takes a state the backend gave when nothing of ours is waiting; `force` drops what is. */
  adopt: (draft: WorkflowDraft, force?: boolean) => void
}

/** How soon after an edit the browser's own copy is written. */
const BACKUP_MS = 80

export function createSession(draft: WorkflowDraft, library: Library): Session {
  const id = draft.document.id
  const store = createStore<EditorState>(() => ({
    document: draft.document,
    selection: NOTHING,
    history: NO_HISTORY,
    nodes: drawn(draft.document, library, NOTHING, []),
    wires: toWires(draft.document, NOTHING, [], library),
    cycles: cycles(draft.document),
    library,
    diagnostics: [],
    save: { is: 'saved' },
    latestVersion: draft.latest_version,
    changedSinceVersion: draft.changed_since_version,
  }))
  const get = store.getState

  const saver = createSaver(draft.revision, {
    save: (edit) => saveDraft(id, edit),
    onState: (save) => store.setState({ save }),
    onSaved: () => {
      if (saver.pending() === 0) clearBackup(id)
    },
  })

  let backup: ReturnType<typeof setTimeout> | undefined
  const backUp = () => {
    backup ??= setTimeout(() => {
      backup = undefined
      if (saver.pending() === 0) return
      const { document } = get()
      writeBackup(id, { base_revision: saver.revision(), document, edits: saver.pending(), at: new Date().toISOString() })
    }, BACKUP_MS)
  }

  const show = (document: Workflow, select: Selection | undefined, more: Partial<EditorState> = {}) => {
    const { library, nodes, wires, selection, cycles: before, document: old } = get()
    const kept = pruned(select ?? selection, {
      steps: new Set(document.steps.map((step) => step.id)),
      edges: new Set(document.edges.map((edge) => edge.id)),
      notes: new Set((document.notes ?? []).map((note) => note.id)),
    })
    store.setState({
      document,
      selection: kept,
      nodes: drawn(document, library, kept, nodes),
      wires: toWires(document, kept, wires, library),
      cycles: document.edges === old.edges ? before : cycles(document),
      ...more,
    })
  }

  const keep = (label: string, document: Workflow, merge?: string) => {
    saver.add({ label, document, merge })
    backUp()
  }

  const apply = (edit: Edit | null): boolean => {
    if (!edit || edit.document === get().document) {
      if (edit?.select) select(edit.select)
      return false
    }
    const { history, document: before } = get()
    const made = { label: edit.label, before, after: edit.document, merge: edit.merge, at: Date.now() }
    const label = continues(history, made) ? continuedLabel(edit.label) : edit.label
    show(edit.document, edit.select, { history: recorded(history, made), changedSinceVersion: true })
    keep(label, edit.document, edit.merge)
    return true
  }

  let travelling = false
  const travel = async (back: boolean): Promise<void> => {
    const { history } = get()
    const entry = (back ? history.undo : history.redo).at(-1)
    if (!entry || travelling) return
    travelling = true
    try {
      const document = await documentOf(id, back ? entry.before : entry.after)
      show(document, undefined, { history: back ? undone(history) : redone(history), changedSinceVersion: true })
      keep(back ? undoLabel(entry.label) : redoLabel(entry.label), document)
    } catch (error) {
      notifyError(back ? 'That edit could not be undone' : 'That edit could not be done again', error)
    } finally {
      travelling = false
    }
  }

  const select = (selection: Selection) => {
    const { document, library, nodes, wires } = get()
    store.setState({
      selection,
      nodes: drawn(document, library, selection, nodes),
      wires: toWires(document, selection, wires, library),
    })
  }

  const recall = () => {
    fetchEdits(id).then(
      (edits) => {
        const { history } = get()
        if (history.undo.length + history.redo.length === 0 && edits[0]?.revision === saver.revision()) {
          store.setState({ history: historyFrom(edits) })
        }
      },
      // Undo then begins with the edits of this visit.
      () => undefined,
    )
  }

  recall()

  return {
    id,
    store,
    saver,
    apply,
    undo: () => travel(true),
    redo: () => travel(false),
    select,
    setNodes: (nodes) => store.setState({ nodes }),
    setLibrary: (library) => {
      if (get().library === library) return
      store.setState({ library })
      show(get().document, undefined)
    },
    adopt: (draft, force = false) => {
      const versions = { latestVersion: draft.latest_version, changedSinceVersion: draft.changed_since_version }
      if (!force && (saver.pending() > 0 || draft.revision < saver.revision())) return
      if (!force && draft.revision === saver.revision()) {
        store.setState(versions)
        return
      }
      saver.reset(draft.revision)
      clearBackup(id)
      show(draft.document, undefined, { ...versions, history: NO_HISTORY })
      recall()
    },
  }
}

/** Everything on the canvas that is no wire. */
function drawn(document: Workflow, library: Library, selection: Selection, before: readonly CanvasNode[]): CanvasNode[] {
  const nodes = toNodes(document, library, selection, before)
  return [...nodes, ...toGhosts(document, nodes)]
}

async function documentOf(id: string, state: State): Promise<Workflow> {
  return 'document' in state ? state.document : fetchEdit(id, state.revision)
}
