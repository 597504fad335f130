//! Opening and saving files: native dialogs in the window, the browser's own means elsewhere. Neither tells the page
//! any path to read from: it gets texts and hands texts over.

import { invoke } from '@tauri-apps/api/core'

import { ApiError } from '@/api/errors'
import { inWindow } from '@/api/host'

export type OpenedFile = { name: string; text: string }

/** Lets the person choose JSON files; none when they think better of it. */
export async function openJsonFiles(): Promise<OpenedFile[]> {
  if (!inWindow) return openInBrowser()
  const file = await ask<OpenedFile | null>('open_json_file')
  return file ? [file] : []
}

/** Saves text under a name the person may change. Answers where it went, `undefined` when they cancelled. */
export async function saveTextFile(name: string, text: string): Promise<string | undefined> {
  if (inWindow) return (await ask<string | null>('save_text_file', { name, text })) ?? undefined
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

/** Calls a command of the shell; its errors are `{code, message}`, as the API's. */
async function ask<T>(command: string, args?: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args)
  } catch (error) {
    const { code, message } = (error ?? {}) as { code?: string; message?: string }
    throw new ApiError(message ?? String(error), code ?? 'desktop', 400)
  }
}

function openInBrowser(): Promise<OpenedFile[]> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = '.json,application/json'
    input.multiple = true
    input.addEventListener('cancel', () => resolve([]))
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])]
      Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() }))).then(resolve, reject)
    })
    input.click()
  })
}
