import type { Failure } from '@/api/types'

const ADVICE: Record<Failure['code'], string> = {
  agent_failed: 'Look at the input and the log of the attempt, correct the agent or its input, then retry.',
  timeout: 'Retry, or give the step more time in its policy.',
  expression: 'Correct the expression in the step’s mapping, condition or templates, then run again.',
  input_schema: 'Map the fields the agent wants, or loosen its input schema, then run again.',
  output_schema: 'Correct what the agent returns, or loosen its output schema, then run again.',
  output_format: 'Make the agent answer with JSON, then run again.',
  output_too_large: 'Return less from the step, or raise the limit in the workflow’s settings.',
  config: 'Complete the agent’s settings, then run again.',
  unavailable: 'Make the file, key or server that the message names available, then retry.',
  remote: 'Look at what the other side answered; if it was busy or down, retry later.',
  rate_limited: 'Wait as long as the other side asks, then retry; or run fewer steps at a time.',
  resource_limit: 'Give the agent less data at a time, or split its work over several steps.',
  rejected: 'Talk to who decided; retry asks again, or draw a wire from “rejected” to say what happens then.',
  limit_reached: 'Raise the limit, or correct what keeps the loop from ending, then retry.',
  not_recorded: 'Retry it for real, so that there is a record; or let this step answer live.',
  interrupted: 'Retry: Heddle was stopped while the attempt was running.',
  storage: 'Make room on the disk that holds Heddle’s data, then retry.',
  internal: 'Retry. If it comes back it is a mistake in Heddle: please report it with the message above.',
}

/** What a person can do about a failure. */
export function adviceFor(failure: Failure): string {
  const wait = failure.retry_after_ms
  const asked = wait === undefined ? '' : ` The other side asks to wait ${Math.ceil(wait / 1000)} s.`
  return ADVICE[failure.code] + asked
}

const TITLE: Record<Failure['code'], string> = {
  agent_failed: 'The agent failed',
  timeout: 'Took too long',
  expression: 'An expression failed',
  input_schema: 'The input does not fit',
  output_schema: 'The output does not fit',
  output_format: 'The output is not JSON',
  output_too_large: 'The output is too large',
  config: 'The settings are incomplete',
  unavailable: 'Something is not there',
  remote: 'The other side answered with an error',
  rate_limited: 'The other side asks to slow down',
  resource_limit: 'Over the limit of memory or time',
  rejected: 'A person refused it',
  limit_reached: 'A limit was reached',
  not_recorded: 'There is no record of an answer',
  interrupted: 'Interrupted',
  storage: 'Could not be written to disk',
  internal: 'A mistake in Heddle',
}

/** A failure's code as a heading. */
export const failureTitle = (code: Failure['code']): string => TITLE[code]
