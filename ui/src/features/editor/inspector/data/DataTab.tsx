import { Button } from '@mantine/core'
import { Maximize2 } from 'lucide-react'

import type { Agent, Step } from '@/api/types'
import { changeAgent } from '@/graph/edits/step'

import { AutoMapBar, AutoMapButton, useAutoMap } from '../../mapper/AutoMap'
import { MapperContext, useOwnParts } from '../../mapper/context'
import { FieldTree } from '../../mapper/FieldTree'
import { Ghost } from '../../mapper/Ghost'
import { TargetList } from '../../mapper/TargetList'
import { useMapping } from '../../mapper/useMapping'
import { SampleChooser } from '../../preview/SampleChooser'
import { useSession, useUi, useUiStore } from '../../session/context'
import classes from '../inspector.module.css'
import { SchemaEditor } from '../schema/SchemaEditor'
import own from './data.module.css'
import { StepOutput } from './StepOutput'
import { TestRunSection } from './TestRunSection'

/** What goes in, from where; what comes out; and what both are in the sample or the run that is shown. */
export function DataTab({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const readOnly = typeof step.agent === 'string'
  const change = (part: 'input_schema' | 'output_schema') => (schema: unknown) =>
    session.apply(changeAgent(session.store.getState().document, step.id, part.replace('_', ' '), { [part]: schema }))
  // The wide mapper shows the same, larger; two of them at once would only confuse.
  const wide = useUi((state) => state.mapper === step.id)
  return (
    <>
      {!wide && <MappingSection step={step} agent={agent} />}
      <StepOutput step={step.id} />
      <TestRunSection step={step} agent={agent} />
      {agent && (
        <>
          <SchemaEditor
            title="Input schema"
            schema={agent.input_schema}
            readOnly={readOnly}
            onChange={change('input_schema')}
            empty="The agent accepts anything."
            testId="step-input-schema"
          />
          <SchemaEditor
            title="Output schema"
            schema={agent.output_schema}
            readOnly={readOnly}
            onChange={change('output_schema')}
            empty="The agent does not say what it produces; steps after it cannot be offered its fields."
            testId="step-output-schema"
          />
        </>
      )}
    </>
  )
}

function MappingSection({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const ui = useUiStore()
  const mapping = useMapping(step, agent)
  const parts = useOwnParts(mapping)
  const auto = useAutoMap(mapping)
  return (
    <MapperContext value={parts}>
      <section className={classes.section} data-mapper data-testid="mapping">
        <div className={classes.heading}>
          Input
          <span className={own.headTools}>
            {mapping.mapping !== undefined && (
              <button
                type="button"
                className={classes.link}
                title="Give the step the merged context instead: the input and every earlier output"
                onClick={mapping.clear}
                data-testid="mapping-clear"
              >
                Use everything
              </button>
            )}
            <Button
              size="compact-xs"
              leftSection={<Maximize2 size={11} />}
              onClick={() => ui.setState({ mapper: step.id })}
              data-open-mapper
              data-testid="open-mapper"
            >
              Open mapper
            </Button>
          </span>
        </div>
        {mapping.mapping === undefined && mapping.tree.length > 0 && (
          <p className={classes.hint}>
            Not mapped: the step sees the input and every earlier output, merged, later ones winning. Map a field to choose.
          </p>
        )}
        <AutoMapBar auto={auto} mapping={mapping} />
        <TargetList offers={auto.offers} />
        <div className={own.tools}>
          <AutoMapButton auto={auto} />
          <SampleChooser sample={mapping.preview} />
        </div>
        <FieldTree />
      </section>
      <Ghost />
    </MapperContext>
  )
}
