//! Ready-made conditions: expressions worth one click, written over what there is to ask about.

import { isIdentifier } from './ids'

/** Something a condition may ask about, with its type in people's words (see `typeWord`). */
export type Subject = { expression: string; type: string }

export type ReadyCondition = { id: string; label: string; expression: string }

/**
 * Conditions over `subject` and its fields: *result contains…*, *error count below…*, *is not empty*. Failed elements
 * of a for-each loop stand as `null` in its output, so counting them counts errors.
 */
export function readyConditions(subject: string, fields: readonly Subject[]): ReadyCondition[] {
  const text = fields.find(({ type }) => type === 'text')
  const list = fields.find(({ type }) => type.startsWith('list'))
  const count = fields.find(({ type, expression }) => isNumber(type) && /error|fail/i.test(lastName(expression)))
  const errors = count?.expression ?? `${list?.expression ?? subject}.filter(each, each == null).size()`
  const held = text ?? list
  return [
    { id: 'contains', label: 'result contains…', expression: `${text?.expression ?? subject}.contains("…")` },
    { id: 'errors-below', label: 'error count below…', expression: `${errors} < 3` },
    { id: 'not-empty', label: 'is not empty', expression: `${held?.expression ?? subject}.size() > 0` },
  ]
}

const isNumber = (type: string) => type === 'number' || type === 'whole number'

function lastName(expression: string): string {
  const name = expression.split('.').at(-1) ?? ''
  return isIdentifier(name) ? name : expression
}
