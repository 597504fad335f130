//! The open workflow, for every component of the editor.

import { createContext, useContext } from 'react'
import { useStore } from 'zustand'

import type { Proof, ProofState } from './proof'
import type { OpenEditor } from './registry'
import type { EditorState, Session } from './session'
import type { RunIndex } from './runIndex'
import type { UiState, UiStore } from './ui'

export const EditorContext = createContext<OpenEditor | null>(null)

function useOpenEditor(): OpenEditor {
  const editor = useContext(EditorContext)
  if (!editor) throw new Error('a component of the editor stands outside the editor')
  return editor
}

/** What one can do with the open workflow. */
export function useSession(): Session {
  return useOpenEditor().session
}

/** A part of the open workflow; the component renders again when that part changes. */
export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useOpenEditor().session.store, select)
}

export function useProofDoor(): Proof {
  return useOpenEditor().proof
}

/** A part of the verdicts; the component renders again when that part changes. */
export function useProof<T>(select: (state: ProofState) => T): T {
  return useStore(useOpenEditor().proof.store, select)
}

export function useUiStore(): UiStore {
  return useOpenEditor().ui
}

export function useRunIndex(): RunIndex {
  return useOpenEditor().runs
}

export function useUi<T>(select: (state: UiState) => T): T {
  return useStore(useOpenEditor().ui, select)
}
