import type { Row } from './rows'
import { formatDuration } from './time'

/** An order between two steps, as in the document that ran. */
export interface Order {
  from: string
  to: string
}

/** The chain of steps that decided how long the execution took. */
export interface CriticalPath {
  /** First to last. */
  steps: { id: string; name: string; duration: number; retries: number; retryCost: number }[]
  /** From the start of the first to the end of the last, in microseconds. */
  total: number
  /** The last one has not ended. */
  open: boolean
}

/**
 * The critical path: from the step that ended last back, each time, to the predecessor that settled last, which is the one
 * the step waited for. Steps that did not run take no time and are looked through. `now` ends what is still open.
 */
export function criticalPath(rows: readonly Row[], edges: readonly Order[], now: number): CriticalPath | undefined {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const before = new Map<string, string[]>()
  for (const edge of edges) before.set(edge.to, [...(before.get(edge.to) ?? []), edge.from])

  const endOf = (row: Row) => row.end ?? now
  const latest = (candidates: Iterable<Row>): Row | undefined => {
    let best: Row | undefined
    for (const row of candidates) {
      if (row.start === undefined) continue
      // Among equals the one that began first took longest.
      if (!best || endOf(row) > endOf(best) || (endOf(row) === endOf(best) && row.start < (best.start ?? 0))) best = row
    }
    return best
  }

  const chain: Row[] = []
  const seen = new Set<string>()
  for (let row = latest(rows); row && !seen.has(row.id); row = latest(ranBefore(row.id, before, byId))) {
    seen.add(row.id)
    chain.unshift(row)
  }
  const first = chain[0]
  const last = chain.at(-1)
  if (!first || !last) return undefined

  const steps = chain.map((row) => ({
    id: row.id,
    name: row.name,
    duration: endOf(row) - (row.start ?? 0),
    retries: Math.max(0, row.attempts - 1),
    retryCost: retryCost(row),
  }))
  return { steps, total: endOf(last) - (first.start ?? 0), open: last.end === undefined }
}

function* ranBefore(id: string, before: Map<string, string[]>, byId: Map<string, Row>): Generator<Row> {
  const todo = [...(before.get(id) ?? [])]
  const seen = new Set(todo)
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const row = byId.get(next)
    if (row && row.segments.length > 0) {
      yield row
      continue
    }
    for (const further of before.get(next) ?? []) {
      if (!seen.has(further)) {
        seen.add(further)
        todo.push(further)
      }
    }
  }
}

/** The time from the first attempt to the last: failed attempts and the pauses after them. */
function retryCost(row: Row): number {
  if (row.attempts < 2) return 0
  const last = row.segments.at(-1)
  const began = last && row.segments.find((segment) => segment.attempt === last.attempt)
  return began ? began.start - (row.start ?? began.start) : 0
}

/** More names than this are counted instead of listed. */
const NAMED = 6

/** One line about the path: `Critical path 15.2 s: A → B (1 retry cost 3.9 s) → C`. */
export function describePath(path: CriticalPath): string {
  const head = `Critical path${path.open ? ' so far' : ''} ${formatDuration(path.total)}`
  if (path.steps.length <= NAMED) return `${head}: ${path.steps.map(nameOf).join(' → ')}`
  const longest = path.steps.reduce((a, b) => (b.duration > a.duration ? b : a))
  return `${head}: ${path.steps.length} steps, longest ${nameOf(longest)} with ${formatDuration(longest.duration)}`
}

function nameOf(step: CriticalPath['steps'][number]): string {
  if (step.retries === 0) return step.name
  return `${step.name} (${step.retries} ${step.retries === 1 ? 'retry' : 'retries'} cost ${formatDuration(step.retryCost)})`
}
