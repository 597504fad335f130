import { ActionIcon, Button, Tooltip } from '@mantine/core'
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Copy,
  Trash2,
  type LucideIcon,
} from 'lucide-react'

import { plural } from '@/components/format'
import { clipOf, paste } from '@/graph/clipboard'
import { align, type Alignment } from '@/graph/edits/move'
import { removeSelection } from '@/graph/edits/remove'

import { namer } from '../canvas/useCanvasKeys'
import { useEditor, useSession } from '../session/context'
import classes from './inspector.module.css'

const WAYS: readonly { how: Alignment; label: string; Icon: LucideIcon }[] = [
  { how: 'left', label: 'Align left', Icon: AlignStartVertical },
  { how: 'centre', label: 'Align in a column', Icon: AlignCenterVertical },
  { how: 'top', label: 'Align at the top', Icon: AlignStartHorizontal },
  { how: 'middle', label: 'Align in a row', Icon: AlignCenterHorizontal },
  { how: 'columns', label: 'Spread from left to right', Icon: AlignHorizontalDistributeCenter },
  { how: 'rows', label: 'Spread from top to bottom', Icon: AlignVerticalDistributeCenter },
]

/** What can be done with several things at once. */
export function SelectionInspector() {
  const session = useSession()
  const selection = useEditor((state) => state.selection)
  const { steps, edges, notes } = selection
  const what = [
    steps.size > 0 && plural(steps.size, 'step'),
    edges.size > 0 && plural(edges.size, 'wire'),
    notes.size > 0 && plural(notes.size, 'note'),
  ].filter(Boolean)
  const document = () => session.store.getState().document
  const duplicate = () => {
    const clip = clipOf(document(), selection)
    if (clip) session.apply(paste(document(), clip, null, 'Duplicate'))
  }
  return (
    <div className={classes.content}>
      <section className={classes.section}>
        <div className={classes.title}>
          <h2>{what.join(', ')}</h2>
        </div>
        {steps.size > 1 && (
          <div className={classes.actions} role="toolbar" aria-label="Align and distribute">
            {WAYS.map(({ how, label, Icon }) => (
              <Tooltip key={how} label={label}>
                <ActionIcon
                  variant="default"
                  aria-label={label}
                  data-testid={`align-${how}`}
                  onClick={() => session.apply(align(document(), steps, how))}
                >
                  <Icon size={15} />
                </ActionIcon>
              </Tooltip>
            ))}
          </div>
        )}
        <div className={classes.actions}>
          {steps.size + notes.size > 0 && (
            <Button leftSection={<Copy size={13} />} onClick={duplicate}>
              Duplicate
            </Button>
          )}
          <Button leftSection={<Trash2 size={13} />} onClick={() => session.apply(removeSelection(document(), selection, namer(session)))}>
            Remove
          </Button>
        </div>
        <p className={classes.hint}>
          <kbd>Ctrl C</kbd> copies them as JSON, <kbd>Ctrl D</kbd> duplicates, <kbd>Delete</kbd> removes, <kbd>Ctrl Delete</kbd> removes and reconnects.
        </p>
      </section>
    </div>
  )
}
