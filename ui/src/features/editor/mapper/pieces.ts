//! Expressions in pieces: string literals, comments, identifiers, space, and single characters. A light reading, enough
//! to find what an expression refers to; what it means is the backend's business.

const PIECE =
  /[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|[A-Za-z_]\w*|\d+|\s+|[\s\S]/g

export function piecesOf(expression: string): string[] {
  return expression.match(PIECE) ?? []
}
