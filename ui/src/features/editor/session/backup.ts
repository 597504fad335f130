//! What the backend has not acknowledged yet, kept by the browser as well: a crash or a dead backend loses nothing.

import { parseAnswer, toJson } from '@/api/json'
import type { Workflow } from '@/api/types'

export type Backup = { base_revision: number; document: Workflow; edits: number; at: string }

const PREFIX = 'heddle.unsaved.'

export function writeBackup(workflow: string, backup: Backup): boolean {
  try {
    localStorage.setItem(PREFIX + workflow, toJson(backup))
    return true
  } catch {
    // Full or forbidden: the queue still holds every edit, and the save state tells that they are not kept yet.
    return false
  }
}

export function readBackup(workflow: string): Backup | null {
  const text = localStorage.getItem(PREFIX + workflow)
  if (text === null) return null
  try {
    const backup = parseAnswer(text) as Backup
    return Array.isArray(backup.document.steps) && typeof backup.base_revision === 'number' ? backup : null
  } catch {
    return null
  }
}

export function clearBackup(workflow: string): void {
  localStorage.removeItem(PREFIX + workflow)
}
