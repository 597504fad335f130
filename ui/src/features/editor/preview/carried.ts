//! What a wire carries in the preview, in a word or two; the value itself stands beneath the step and in the Data panel.

import { isLossless, toJson } from '@/api/json'
import type { StepPreview } from '@/api/preview'
import { plural } from '@/components/format'

export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return plural(value.length, 'item')
  if (typeof value === 'string') return value.length <= 12 ? JSON.stringify(value) : `"${value.slice(0, 10)}…"`
  if (typeof value === 'object' && value !== null && !isLossless(value)) return plural(Object.keys(value).length, 'field')
  return toJson(value)
}

/** Whether nothing comes through: the step it leaves would not run or has no answer. */
export function isDry(source: StepPreview | undefined): boolean {
  return source === undefined || source.skipped !== undefined || source.output === undefined
}
