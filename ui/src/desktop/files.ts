//! Opening and saving files: native dialogs in the window, the browser's own means elsewhere.

import { invoke } from '@tauri-apps/api/core'

import { inWindow } from '@/api/host'

export type OpenedFile = { name: string; text: string }

/** Lets the person choose a JSON file. `undefined` when they think better of it. */
export async function openJsonFile(): Promise<OpenedFile | undefined> {
  if (inWindow) return (await invoke<OpenedFile | null>('open_json_file')) ?? undefined
  return openInBrowser()
}

/** Saves text under a name the person may change. Answers where it went, `undefined` when they cancelled. */
export async function saveTextFile(name: string, text: string): Promise<string | undefined> {
  if (inWindow) return (await invoke<string | null>('save_text_file', { name, text })) ?? undefined
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  return name
}

/** A name as a file name: `IT ticket triage` → `it-ticket-triage.heddle.json`. */
export function fileNameFor(name: string): string {
  const stem = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  return `${stem || 'workflow'}.heddle.json`
}

function openInBrowser(): Promise<OpenedFile | undefined> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = '.json,application/json'
    input.addEventListener('cancel', () => resolve(undefined))
    input.addEventListener('change', () => {
      const file = input.files?.[0]
      if (!file) return resolve(undefined)
      file.text().then((text) => resolve({ name: file.name, text }), reject)
    })
    input.click()
  })
}
