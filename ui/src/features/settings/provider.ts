//! The provider's settings, as rules.

import type { ProviderSettings } from '@/api/types'

/** Without what is blank. */
export function trimmed(settings: ProviderSettings): ProviderSettings {
  const kept: ProviderSettings = {}
  for (const field of ['base_url', 'model', 'api_key_name'] as const) {
    const value = settings[field]?.trim()
    if (value) kept[field] = value
  }
  return kept
}

/** Why that is no base URL; blank is none at all, and fine. */
export function baseUrlProblem(text: string): string | undefined {
  const url = text.trim()
  if (url === '') return undefined
  if (!/^https?:\/\//i.test(url)) return 'It begins with https:// or http://'
  if (!URL.canParse(url)) return 'This is not a URL.'
  if (/\/chat\/completions\/?$/.test(url)) return 'Leave /chat/completions out: Heddle adds it.'
  return undefined
}

/** The environment variable a key's name stands for: `my-provider` → `MY_PROVIDER`. As `heddle-agents` reads it. */
export function keyVariable(name: string): string {
  return name.trim().replace(/[^a-zA-Z0-9]/g, '_').toUpperCase()
}
