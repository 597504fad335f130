//! Paths of what ran: `each[3]`, `sub/analyze`, `sub~2/analyze`, `~fallback/notify`.

/** The step of the workflow itself that a path lies within: `each` of `each[3]/analyze`; the path where there is none. */
export function ownStepOf(path: string): string {
  return /^[^[/~]+/.exec(path)?.[0] ?? path
}

/** Whether it ran in the workflow that takes over when the execution fails. */
export function inFallback(path: string): boolean {
  return path.startsWith('~fallback/')
}
