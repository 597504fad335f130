//! What the editor shows beside the document: tabs, dialogs, the run that is being watched. Never saved.

import { createStore, type StoreApi } from 'zustand/vanilla'

import type { Fit } from '@/api/proof'
import type { RunMode } from '@/api/types'
import type { Attachment, Point } from '@/graph/edits/add'

import type { SampleChoice } from '../preview/sample'

export type InspectorTab = 'config' | 'data' | 'flow' | 'policy' | 'run'
export type BottomTab = 'timeline' | 'problems' | 'data' | 'runs'
export type Dialog = 'version' | 'history' | 'run' | null

export type QuickAdd = {
  /** Where it opens, in pixels of the window. */
  screen: Point
  /** Where the step goes, on the canvas. */
  at: Point
  attach?: Attachment | undefined
  /** Not attached to what could never be given to it. */
  unlessNever?: boolean
}

/** A step whose wire's other end is being chosen, and where that is asked, in pixels of the window. */
export type ConnectTo = { from: string; screen: Point }

/** A wire on its way from an output: where it cannot go, and how what it carries would fit where it can. */
export type Drawing = {
  from: string
  /** Steps it would close a cycle with or is connected to already, and its own. */
  barred: ReadonlySet<string>
  /** By step; empty until the backend has answered. */
  fits: ReadonlyMap<string, Fit>
}

export type UiState = {
  inspectorTab: InspectorTab
  bottomTab: BottomTab
  bottomOpen: boolean
  /** How high the lower panel has to be for what it shows, in pixels. */
  bottomNeeds: number
  dialog: Dialog
  /** What the dialog `run` starts. */
  runMode: RunMode
  /** The step after which that run ends; null: it runs to the end. */
  runUpTo: string | null
  /** The steps that answer from an earlier run in test runs. */
  recorded: ReadonlySet<string>
  /** The step whose menu is open, and where. */
  stepMenu: { step: string; screen: Point } | null
  quickAdd: QuickAdd | null
  connectTo: ConnectTo | null
  searching: boolean
  /** The note that is being written. */
  writing: string | null
  /** The execution shown on the nodes and in the timeline. */
  run: string | null
  /** What is looked at within the selected step in that execution: a turn, a step of its workflow; by path. */
  runPath: string | null
  /** Bumped to bring what is selected into view. */
  reveal: { steps: readonly string[]; nonce: number } | null
  /** The wire a library item hovers over while it is dragged. */
  dropEdge: string | null
  /** The wire whose verdict is open. */
  proofOf: string | null
  /** The wire that is being drawn. */
  drawing: Drawing | null
  /** Whether sample data is shown on the canvas. */
  previewing: boolean
  /** Whose data; null: the likeliest there is. */
  sample: SampleChoice | null
  /** The step whose input is mapped in the wide mapper. */
  mapper: string | null
  /** Said to screen readers. */
  announcement: string
}

export type UiStore = StoreApi<UiState>

export function createUi(recorded: ReadonlySet<string> = new Set()): UiStore {
  return createStore<UiState>(() => ({
    inspectorTab: 'config',
    bottomTab: 'timeline',
    bottomOpen: false,
    bottomNeeds: 0,
    dialog: null,
    runMode: 'test',
    runUpTo: null,
    recorded,
    stepMenu: null,
    quickAdd: null,
    connectTo: null,
    searching: false,
    writing: null,
    run: null,
    runPath: null,
    reveal: null,
    dropEdge: null,
    proofOf: null,
    drawing: null,
    previewing: false,
    sample: null,
    mapper: null,
    announcement: '',
  }))
}

/** Brings steps into view. */
export function reveal(ui: UiStore, steps: readonly string[]): void {
  ui.setState((state) => ({ reveal: { steps, nonce: (state.reveal?.nonce ?? 0) + 1 } }))
}

export function openBottom(ui: UiStore, bottomTab: BottomTab): void {
  ui.setState({ bottomTab, bottomOpen: true })
}

/** Shows an execution on the canvas and in the timeline. */
export function watchRun(ui: UiStore, run: string): void {
  ui.setState({ run, runPath: null, bottomTab: 'timeline', bottomOpen: true })
}
