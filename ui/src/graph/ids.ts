//! Ids for what people add to a document. A step's id is what expressions call it (`steps.<id>.output`), so it reads
//! like an identifier made from the step's name.

/** Words CEL keeps for itself, and the roots of expressions: a step of that name would be unreadable in one. */
const RESERVED = new Set(
  (
    'as break const continue else false for function if import in let loop namespace null package return true ' +
    'var void while input vars steps context item index'
  ).split(' '),
)

const LONGEST = 40

/** Whether `id` can stand in an expression as it is. */
export function isIdentifier(id: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(id) && !RESERVED.has(id)
}

/** `Ticket Analyzer` → `ticket_analyzer`; accents go, other scripts fall back to `fallback`. */
export function identifier(name: string, fallback = 'step'): string {
  const plain = name
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST)
    .replace(/_+$/, '')
  if (plain === '') return fallback
  if (/^[0-9]/.test(plain) || RESERVED.has(plain)) return `${fallback}_${plain}`
  return plain
}

/** The first of `base`, `base_2`, `base_3`, … that is not taken. */
export function unique(base: string, taken: { has(id: string): boolean }): string {
  if (!taken.has(base)) return base
  for (let n = 2; ; n += 1) {
    const id = `${base}_${n}`
    if (!taken.has(id)) return id
  }
}

/** The first of `e1`, `e2`, … (or `n1`, … for notes) that is not taken. */
export function numbered(prefix: string, taken: { has(id: string): boolean }, from = 1): string {
  for (let n = from; ; n += 1) {
    const id = `${prefix}${n}`
    if (!taken.has(id)) return id
  }
}
