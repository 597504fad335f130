import type { Agent, Step } from '@/api/types'
import { changeAgent } from '@/graph/edits/step'

import { useSession } from '../../session/context'
import { SchemaEditor } from '../schema/SchemaEditor'
import { LastRun } from './LastRun'
import { MappingEditor } from './MappingEditor'

/** What goes in, from where; what comes out; and what both were in the run that is shown. */
export function DataTab({ step, agent }: { step: Step; agent: Agent | undefined }) {
  const session = useSession()
  const readOnly = typeof step.agent === 'string'
  const change = (part: 'input_schema' | 'output_schema') => (schema: unknown) =>
    session.apply(changeAgent(session.store.getState().document, step.id, part.replace('_', ' '), { [part]: schema }))
  return (
    <>
      <MappingEditor step={step} agent={agent} />
      <LastRun step={step.id} sample={agent?.sample} />
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
