//! What the backend has not acknowledged yet, kept by the browser as well: a crash or a dead backend loses nothing.

import { parseAnswer, toJson } from '@/api/json'
import type { Workflow } from '@/api/types'

export type Backup = { base_revision: number; document: Workflow; edits: number; at: string }

const PREFIX = 'heddle.unsaved.'
/** Found at the start and not decided about yet: new edits must not overwrite it. */
const ASIDE = 'heddle.left-behind.'

export function writeBackup(workflow: string, backup: Backup): boolean {
  try {
    localStorage.setItem(PREFIX + workflow, toJson(backup))
    return true
  } catch {
    // Full or forbidden: the queue still holds every edit, and the save state tells that they are not kept yet.
    return false
  }
}

/** Moves what an earlier visit left to a place of its own and answers it, also on later visits. */
export function setAside(workflow: string): Backup | null {
  const text = localStorage.getItem(PREFIX + workflow)
  if (text !== null && parsed(text)) {
    localStorage.setItem(ASIDE + workflow, text)
    localStorage.removeItem(PREFIX + workflow)
  }
  return readAside(workflow)
}

export function readAside(workflow: string): Backup | null {
  const text = localStorage.getItem(ASIDE + workflow)
  return text === null ? null : parsed(text)
}

export function clearAside(workflow: string): void {
  localStorage.removeItem(ASIDE + workflow)
}

export function clearBackup(workflow: string): void {
  localStorage.removeItem(PREFIX + workflow)
}

function parsed(text: string): Backup | null {
  try {
    const backup = parseAnswer(text) as Backup
    return Array.isArray(backup.document.steps) && typeof backup.base_revision === 'number' ? backup : null
  } catch {
    return null
  }
}
