import { Popover } from '@mantine/core'
import { Trash2, TriangleAlert, X } from 'lucide-react'

import type { WireProof } from '@/api/proof'
import type { Diagnostic } from '@/api/types'
import { removeEdge } from '@/graph/edits/remove'
import { selectEdge } from '@/graph/selection'

import { VerdictMark } from '../proof/VerdictMark'
import { WirePanel } from '../proof/WirePanel'
import { endsOf, spoken } from '../proof/words'
import { useEditor, useProof, useSession, useUi, useUiStore } from '../session/context'
import { isStale } from '../session/proof'
import classes from './WireView.module.css'

type Props = {
  id: string
  x: number
  y: number
  proof: WireProof | undefined
  /** What the checks found beside the verdict. */
  finding: Diagnostic | undefined
  selected: boolean
}

/** In the middle of a wire: its verdict, which opens to reasons and repairs, and what can be done with a selected one. */
export function WireBadge({ id, x, y, proof, finding, selected }: Props) {
  const session = useSession()
  const ui = useUiStore()
  const open = useUi((state) => state.proofOf === id)
  const stale = useProof(isStale)
  const from = useEditor(({ document, library }) => endsOf(document, library, id).from)
  const to = useEditor(({ document, library }) => endsOf(document, library, id).to)
  const label = finding ? `Problem on the wire from ${from} to ${to}: ${finding.message}` : proof && spoken(proof, { from, to })

  const close = () => {
    ui.setState({ proofOf: null })
    document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  return (
    <div className={`${classes.badges} nodrag nopan`} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
      {label !== undefined && (
        <Popover
          opened={open}
          onChange={(opened) => {
            if (!opened && open) ui.setState({ proofOf: null })
          }}
          width={328}
          position="bottom"
          middlewares={{ flip: true, shift: true, size: { padding: 8 } }}
          trapFocus
          transitionProps={{ duration: 100 }}
          withinPortal
        >
          <Popover.Target>
            <button
              type="button"
              className={classes.badge}
              data-verdict={finding ? undefined : proof?.verdict}
              data-tone={finding && (finding.severity === 'error' ? 'bad' : 'warn')}
              data-stale={(stale && !finding) || undefined}
              aria-label={label}
              aria-expanded={open}
              onClick={() => {
                session.select(selectEdge(id))
                ui.setState({ proofOf: open ? null : id })
              }}
              data-testid={`wire-verdict-${id}`}
            >
              {finding ? (
                finding.severity === 'error' ? (
                  <X size={12} strokeWidth={3} />
                ) : (
                  <TriangleAlert size={11} strokeWidth={2.6} />
                )
              ) : (
                proof && <VerdictMark verdict={proof.verdict} size={proof.verdict === 'always' || proof.verdict === 'unknown' ? 10 : 12} silent />
              )}
            </button>
          </Popover.Target>
          <Popover.Dropdown
            className={classes.pop}
            aria-label={`Wire from ${from} to ${to}`}
            onKeyDown={(event) => {
              if (event.key === 'Escape') close()
            }}
          >
            <WirePanel edge={id} proof={proof} finding={finding} />
          </Popover.Dropdown>
        </Popover>
      )}
      {selected && !open && (
        <button
          type="button"
          className={classes.badge}
          onClick={() => session.apply(removeEdge(session.store.getState().document, id))}
          aria-label={`Remove the wire from ${from} to ${to}`}
          title="Remove wire (Delete)"
          data-testid={`edge-remove-${id}`}
        >
          <Trash2 size={11} strokeWidth={2.4} />
        </button>
      )}
    </div>
  )
}
