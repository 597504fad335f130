import { isLossless, toJson } from '@/api/json'
import type { Agent, KindInfo } from '@/api/types'
import { JsonText } from '@/components/JsonText'
import { asSchema, labelOf } from '@/components/schema-form/schema'

import classes from './agents.module.css'

/** A built-in agent, to read. */
export function AgentView({ agent, kind }: { agent: Agent; kind: KindInfo | undefined }) {
  const properties = asSchema(asSchema(kind?.config_schema)['properties'])
  const [short, long] = halves(Object.entries(agent.config), ([, value]) => isShort(value))
  return (
    <div className={classes.body}>
      {agent.description && <p>{agent.description}</p>}
      <section className={classes.pair}>
        <Part title="Input schema" value={agent.input_schema} absent="Accepts anything." />
        <Part title="Output schema" value={agent.output_schema} absent="May produce anything." />
      </section>
      {short.length > 0 && (
        <dl className={classes.facts}>
          {short.map(([name, value]) => (
            <div key={name}>
              <dt>{labelOf(name, asSchema(properties[name]))}</dt>
              <dd className="mono">{typeof value === 'string' ? value : toJson(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {long.map(([name, value]) => (
        <Part key={name} title={labelOf(name, asSchema(properties[name]))} value={value} absent="Not set." />
      ))}
      {agent.sample !== undefined && <Part title="Sample output" value={agent.sample} absent="" />}
    </div>
  )
}

/** Fits on a line of its own. */
function isShort(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return !(typeof value === 'string') || !/\n|.{60}/.test(value)
  return isLossless(value)
}

/** Those for which `holds`, and the others. */
function halves<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  return [all.filter((one) => holds(one)), all.filter((one) => !holds(one))]
}

function Part({ title, value, absent }: { title: string; value: unknown; absent: string }) {
  return (
    <section className={classes.block}>
      <h3>{title}</h3>
      {value === undefined || value === '' ? (
        <p className={classes.hint}>{absent}</p>
      ) : typeof value === 'string' ? (
        <pre className={classes.code} tabIndex={0} role="region" aria-label={title}>
          {value}
        </pre>
      ) : (
        <JsonText value={value} label={title} />
      )}
    </section>
  )
}
