import { ActionIcon, Button } from '@mantine/core'
import { Panel, useStore } from '@xyflow/react'
import { CircleCheck, Eye, OctagonAlert, Rows3, X } from 'lucide-react'

import { messageOf } from '@/api/errors'
import { plural } from '@/components/format'

import { useUiStore } from '../session/context'
import { openBottom } from '../session/ui'
import classes from './overlay.module.css'
import { SampleChooser } from './SampleChooser'
import type { PreviewState } from './usePreview'

/** A canvas narrower than this, in pixels, shows the bar without its words. */
const ROOM = 520

/** On the canvas while the preview is on: whose data it is, and how many places cannot work. */
export function PreviewBar({ preview }: { preview: PreviewState }) {
  const ui = useUiStore()
  const tight = useStore((state) => state.width < ROOM)
  const problems = preview.preview?.steps.reduce((sum, step) => sum + step.problems.length, 0) ?? 0
  return (
    <Panel position="top-center">
      <div className={classes.bar} role="group" aria-label="Preview" data-testid="preview-bar">
        <span className={classes.barTitle}>
          <Eye size={14} aria-hidden /> {!tight && 'Preview'}
        </span>
        <SampleChooser sample={preview} />
        {preview.error && !preview.preview ? (
          <span className={classes.count} data-tone="bad">
            {messageOf(preview.error)}
            <Button size="compact-xs" onClick={preview.retry}>
              Try again
            </Button>
          </span>
        ) : (
          preview.preview &&
          preview.preview.steps.length > 0 && (
            <span className={classes.count} data-tone={problems > 0 ? 'bad' : 'ok'} data-testid="preview-problems" aria-live="polite">
              {problems > 0 ? <OctagonAlert size={13} aria-hidden /> : <CircleCheck size={13} aria-hidden />}
              {problems > 0 ? plural(problems, 'problem') : tight ? 'fits' : 'everything fits'}
            </span>
          )
        )}
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<Rows3 size={12} />}
          onClick={() => openBottom(ui, 'data')}
          data-testid="preview-open-data"
        >
          Data
        </Button>
        <ActionIcon size={24} aria-label="Leave the preview" onClick={() => ui.setState({ previewing: false })} data-testid="preview-close">
          <X size={13} />
        </ActionIcon>
      </div>
    </Panel>
  )
}
