import { PayloadView } from '@/components/data/PayloadView'
import { JsonText } from '@/components/JsonText'

import { usePreview } from '../../preview/usePreview'
import { useStepRun } from '../../session/useRun'
import classes from '../inspector.module.css'

const ORIGIN = {
  execution: 'last run',
  sample: 'the agent’s sample',
  generated: 'generated from its schema',
  computed: 'computed from the sample',
}

/** What comes out: of the run that is shown, else in the preview. */
export function StepOutput({ step }: { step: string }) {
  const run = useStepRun(step)
  const attempt = run?.attempts.at(-1)
  const output = attempt?.output ?? run?.output
  const preview = usePreview().steps.get(step)
  if (attempt?.input || output) {
    return (
      <section className={classes.section} data-testid="last-run-data">
        {attempt?.input && <PayloadView reference={attempt.input} label="Input · this run" />}
        {output && (
          <PayloadView reference={output} label={attempt?.sampled ? 'Output · sample' : 'Output · this run'} path={`steps.${step}.output`} />
        )}
      </section>
    )
  }
  if (!preview || preview.output === undefined) return null
  return (
    <section className={classes.section} data-testid="preview-output">
      <h3>Output{preview.output_from && ` · ${ORIGIN[preview.output_from]}`}</h3>
      <JsonText value={preview.output} label="Output in the preview" />
    </section>
  )
}
