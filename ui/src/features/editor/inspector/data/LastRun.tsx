import { PayloadView } from '@/components/data/PayloadView'
import { JsonText } from '@/components/JsonText'

import { useStepRun } from '../../session/useRun'
import classes from '../inspector.module.css'

/** What went in and came out in the run that is shown; before one, the agent's sample. */
export function LastRun({ step, sample }: { step: string; sample: unknown }) {
  const run = useStepRun(step)
  const attempt = run?.attempts.at(-1)
  const output = attempt?.output ?? run?.output
  if (!attempt?.input && !output) {
    if (sample === undefined) return null
    return (
      <section className={classes.section}>
        <h3>Output · sample, not from a run</h3>
        <JsonText value={sample} label="Sample output" />
      </section>
    )
  }
  return (
    <section className={classes.section} data-testid="last-run-data">
      {attempt?.input && <PayloadView reference={attempt.input} label="Input · this run" />}
      {output && (
        <PayloadView reference={output} label={attempt?.sampled ? 'Output · sample' : 'Output · this run'} path={`steps.${step}.output`} />
      )}
    </section>
  )
}
