//! Ids and names for new agents of the library.

/** `Ticket Analyzer` → `ticket-analyzer`, with a number when that is taken. */
export function freeId(name: string, taken: ReadonlySet<string>): string {
  const stem =
    name
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'agent'
  return free(stem, taken, (count) => `${stem}-${count}`)
}

/** `Greeter` → `Greeter (copy)`, `Greeter (copy 2)`, … */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  return free(`${name} (copy)`, taken, (count) => `${name} (copy ${count})`)
}

function free(first: string, taken: ReadonlySet<string>, next: (count: number) => string): string {
  let candidate = first
  for (let count = 2; taken.has(candidate); count++) candidate = next(count)
  return candidate
}
