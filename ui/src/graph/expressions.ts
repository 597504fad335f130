//! A light reading of CEL expressions, enough to write references and to follow a step's new name. What an expression
//! means is the backend's business.

import { isIdentifier } from './ids'

/** Pieces of an expression: string literals (raw ones too), comments, identifiers, everything else. */
const PIECE =
  /[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|[A-Za-z_]\w*|\s+|[\s\S]/g

/** The expression with `steps.old` written `steps.id`, also as `steps["old"]`; texts that merely contain it stay. */
export function renamedInExpression(expression: string, old: string, id: string): string {
  const pieces = expression.match(PIECE) ?? []
  const solid = pieces.map((piece, at) => ({ piece, at })).filter(({ piece }) => piece.trim() !== '')
  for (let i = 2; i < solid.length; i += 1) {
    const [root, joint, member] = [solid[i - 2], solid[i - 1], solid[i]]
    if (root?.piece !== 'steps' || solid[i - 3]?.piece === '.' || !joint || !member) continue
    if (joint.piece === '.' && member.piece === old) pieces[member.at] = id
    if (joint.piece === '[' && (member.piece === `"${old}"` || member.piece === `'${old}'`)) {
      pieces[member.at] = JSON.stringify(id)
    }
  }
  return pieces.join('')
}

/** A selection: `select('steps.a.output', ['x', 'y z', 0])` → `steps.a.output.x["y z"][0]`. */
export function select(root: string, path: readonly (string | number)[]): string {
  let text = root
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (isIdentifier(part) || /^(input|vars|steps|context|item|index)$/.test(part)) text += `.${part}`
    else text += `[${JSON.stringify(part)}]`
  }
  return text
}

/** The output of a step, as an expression. */
export function outputOf(step: string): string {
  return isIdentifier(step) ? `steps.${step}.output` : `steps[${JSON.stringify(step)}].output`
}
