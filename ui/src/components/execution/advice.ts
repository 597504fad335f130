import type { Failure } from '@/api/types'

/** What to do, and whether that means changing the workflow: then trying again runs into the same failure. */
type Advice = { text: string; changes?: true }

const ADVICE: Record<Failure['code'], Advice> = {
  agent_failed: { text: 'Look at the input and the log of the attempt, then correct the agent; or fork from the step with other data.', changes: true },
  timeout: { text: 'Retry, or give the step more time in its policy.', changes: true },
  expression: { text: 'Correct the expression in the step’s mapping, condition or templates.', changes: true },
  input_schema: { text: 'Map the fields the agent wants, or loosen its input schema.', changes: true },
  output_schema: { text: 'Correct what the agent returns, or loosen its output schema.', changes: true },
  output_format: { text: 'Make the agent answer with JSON.', changes: true },
  output_too_large: { text: 'Return less from the step, or raise the limit in the workflow’s settings.', changes: true },
  config: { text: 'Complete the agent’s settings.', changes: true },
  unavailable: { text: 'Make the file, key or server that the message names available, then retry.' },
  remote: { text: 'Look at what the other side answered; if it was busy or down, retry later.' },
  rate_limited: { text: 'Wait as long as the other side asks, then retry; or run fewer steps at a time.' },
  resource_limit: { text: 'Give the agent less data at a time, or split its work over several steps.', changes: true },
  rejected: {
    text: 'Talk to who decided, if somebody did: Retry asks again. Or draw a wire from “rejected” to say what happens then.',
    changes: true,
  },
  limit_reached: { text: 'Raise the limit, or correct what keeps the loop from ending.', changes: true },
  not_recorded: { text: 'Retry it for real, so that there is a record; or let this step answer live.' },
  interrupted: { text: 'Retry: Heddle was stopped while the attempt was running.' },
  storage: { text: 'Make room on the disk that holds Heddle’s data, then retry.' },
  internal: { text: 'Retry. If it comes back it is a mistake in Heddle: please report it with the message above.' },
}

const AS_IT_WAS = ' To use a changed workflow, start a new run: Retry and Resume run it as it was then.'

/** What a person can do about a failure. */
export function adviceFor(failure: Failure): string {
  const { text, changes } = ADVICE[failure.code]
  const wait = failure.retry_after_ms
  const asked = wait === undefined ? '' : ` The other side asks to wait ${Math.ceil(wait / 1000)} s.`
  return text + asked + (changes ? AS_IT_WAS : '')
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
  rejected: 'It was not approved',
  limit_reached: 'A limit was reached',
  not_recorded: 'There is no record of an answer',
  interrupted: 'Interrupted',
  storage: 'Could not be written to disk',
  internal: 'A mistake in Heddle',
}

/** A failure's code as a heading. */
export const failureTitle = (code: Failure['code']): string => TITLE[code]
