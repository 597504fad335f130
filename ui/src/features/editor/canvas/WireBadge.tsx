import { Button, Popover } from '@mantine/core'
import { Trash2, TriangleAlert, X } from 'lucide-react'

import type { Diagnostic } from '@/api/types'
import { removeEdge } from '@/graph/edits/remove'

import { useEditor, useSession } from '../session/context'
import { FixButtons } from '../problems/FixButtons'
import { Message } from '../problems/Message'
import classes from './WireView.module.css'

type Props = { id: string; x: number; y: number; finding: Diagnostic | undefined; selected: boolean }

/** In the middle of a wire: its verdict with reason and repairs, and what can be done with a selected wire. */
export function WireBadge({ id, x, y, finding, selected }: Props) {
  const session = useSession()
  const name = useEditor((state) => {
    const edge = state.document.edges.find((each) => each.id === id)
    return edge ? `${edge.from} to ${edge.to}` : id
  })
  const transform = `translate(-50%, -50%) translate(${x}px, ${y}px)`
  const remove = () => session.apply(removeEdge(session.store.getState().document, id))
  return (
    <div className={`${classes.badges} nodrag nopan`} style={{ transform }}>
      {finding && (
        <Popover width={302} position="bottom" shadow="md" transitionProps={{ duration: 100 }} withinPortal>
          <Popover.Target>
            <button
              type="button"
              className={classes.badge}
              data-tone={finding.severity === 'error' ? 'bad' : 'warn'}
              aria-label={`Problem on the wire from ${name}: ${finding.message}`}
              data-testid={`edge-problem-${id}`}
            >
              {finding.severity === 'error' ? <X size={12} strokeWidth={3} /> : <TriangleAlert size={11} strokeWidth={2.6} />}
            </button>
          </Popover.Target>
          <Popover.Dropdown className={classes.pop}>
            <b style={{ color: finding.severity === 'error' ? 'var(--bad)' : 'var(--warn)' }}>
              {finding.severity === 'error' ? 'Cannot work' : 'May not work'}
            </b>
            <p>
              <Message text={finding.message} />
            </p>
            <div className={classes.fixes}>
              <FixButtons diagnostic={finding} />
              <Button onClick={remove} leftSection={<Trash2 size={13} />}>
                Remove wire
              </Button>
            </div>
          </Popover.Dropdown>
        </Popover>
      )}
      {selected && !finding && (
        <button
          type="button"
          className={classes.badge}
          onClick={remove}
          aria-label={`Remove the wire from ${name}`}
          title="Remove wire (Delete)"
          data-testid={`edge-remove-${id}`}
        >
          <Trash2 size={11} strokeWidth={2.4} />
        </button>
      )}
    </div>
  )
}
