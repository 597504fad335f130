import { ActionIcon } from '@mantine/core'
import { FlaskConical, X } from 'lucide-react'

import type { Workflow } from '@/api/types'
import { toJson } from '@/api/json'
import { removeSample } from '@/graph/edits/workflow'

import { useSession } from '../../session/context'
import classes from '../inspector.module.css'
import own from './workflow.module.css'

/** The inputs kept with the workflow. They are made in the dialog of a test run. */
export function Samples({ tests }: { tests: NonNullable<Workflow['tests']> }) {
  const session = useSession()
  if (tests.length === 0) return null
  return (
    <section className={classes.section}>
      <h3>Samples</h3>
      {tests.map(({ name, input }) => (
        <div key={name} className={own.sample}>
          <FlaskConical size={13} aria-hidden />
          <span>{name}</span>
          <code>{toJson(input).slice(0, 60)}</code>
          <ActionIcon
            size={22}
            aria-label={`Remove the sample ${name}`}
            onClick={() => session.apply(removeSample(session.store.getState().document, name))}
          >
            <X size={13} />
          </ActionIcon>
        </div>
      ))}
    </section>
  )
}
