//! Workflow documents as text.

import { ApiError } from './errors'
import { parseJson } from './json'

/**
 * The document in a text, every number as it is written.
 *
 * Throws an {@link ApiError} when it is no JSON, or not a workflow.
 */
export function documentIn(text: string): object {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ApiError(`The file is not valid JSON: ${reason}. Export it again and choose that.`, 'not_json', 400)
  }
  if (value === null || typeof value !== 'object' || !('format' in value)) {
    const message = 'The file is JSON, but not a workflow: it lacks “format”. Choose a file exported from Heddle.'
    throw new ApiError(message, 'not_a_workflow', 400)
  }
  return value
}
