//! What can go wrong between the UI and the backend, and what the person in front can do about it.

import type { Diagnostic } from './types'

/** A call that did not succeed. `code` is the backend's, or `unreachable` when it did not answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    message: string,
    readonly code: string,
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly details?: unknown,
  ) {
    super(message)
  }

  get unreachable(): boolean {
    return this.status === 0
  }

  get notFound(): boolean {
    return this.status === 404
  }
}

/** The diagnostics carried by `workflow_has_errors`. */
export function diagnosticsOf(error: unknown): Diagnostic[] {
  return error instanceof ApiError ? (listIn<Diagnostic>(error.details, 'diagnostics') ?? []) : []
}

export type InputProblem = { path: string; message: string }

/** The problems carried by `input_invalid`: JSON pointers into the input, with a message each. */
export function inputProblemsOf(error: unknown): InputProblem[] {
  return error instanceof ApiError ? (listIn<InputProblem>(error.details, 'errors') ?? []) : []
}

/** The sentence to show for anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function listIn<T>(details: unknown, key: string): T[] | undefined {
  if (details === null || typeof details !== 'object') return undefined
  const list = (details as Record<string, unknown>)[key]
  return Array.isArray(list) ? (list as T[]) : undefined
}
