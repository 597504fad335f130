//! Writes `licenses.txt` beside the built page: the licence of every package that is really in it.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

export function licenses(): Plugin {
  return {
    name: 'heddle-licenses',
    apply: 'build',
    generateBundle() {
      const folders = new Set<string>()
      for (const id of this.getModuleIds()) {
        const found = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))
        if (found && existsSync(join(found[0], 'package.json'))) folders.add(found[0])
      }
      const parts = [...folders].map(describe).sort((a, b) => a.localeCompare(b))
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: parts.join(`\n\n${'-'.repeat(72)}\n\n`) })
    },
  }
}

function describe(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string
  }
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)/i.test(each))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : 'No licence text is shipped with it.'
  return `${name} ${version} (${license ?? 'see below'})\n\n${text}`
}
