import { Repeat2, Variable, Workflow } from 'lucide-react'

import { KindIcon } from '@/components/KindIcon'
import { agentOf, stepById } from '@/graph/lookup'

import { useEditor } from '../session/context'
import classes from './tree.module.css'
import type { SourceNode } from './tree'

/** The tile of a source: its step's kind, the workflow's input, the variables, what a loop brings. */
export function SourceIcon({ source, size = 17 }: { source: Pick<SourceNode, 'step' | 'expression'>; size?: number }) {
  const kind = useEditor((state) => {
    const step = source.step === undefined ? undefined : stepById(state.document, source.step)
    return step ? agentOf(state.document, step, state.library)?.kind : undefined
  })
  if (source.step !== undefined) return <KindIcon kind={kind} size={size} />
  const Icon = source.expression === 'input' ? Workflow : source.expression === 'vars' ? Variable : Repeat2
  return (
    <span className={classes.sourceIcon} style={{ width: size, height: size }} aria-hidden>
      <Icon size={Math.round(size * 0.7)} />
    </span>
  )
}
