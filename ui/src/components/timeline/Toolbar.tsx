import { ActionIcon, Tooltip } from '@mantine/core'
import { ChevronsLeftRight, LocateFixed, Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import type { ReactNode } from 'react'

import classes from './Timeline.module.css'

type Props = {
  fitted: boolean
  unfolded: boolean
  /** Absent when there is nothing to follow. */
  following?: boolean | undefined
  onZoom: (factor: number) => void
  onFit: () => void
  onFold: () => void
  onFollow: () => void
}

/** Zoom, fit, fold and follow. */
export function Toolbar({ fitted, unfolded, following, onZoom, onFit, onFold, onFollow }: Props) {
  return (
    <div className={classes.tools} role="toolbar" aria-label="Timeline">
      {following === false && (
        <button type="button" className={classes.follow} onClick={onFollow} data-testid="timeline-follow">
          <LocateFixed size={13} aria-hidden /> Follow
        </button>
      )}
      {unfolded && (
        <Tool label="Fold the gaps in which no agent was at work" onClick={onFold} testId="timeline-fold-all">
          <ChevronsLeftRight size={14} style={{ transform: 'scaleX(-1)' }} />
        </Tool>
      )}
      <Tool label="Zoom out (−)" onClick={() => onZoom(1 / 1.6)} disabled={fitted} testId="timeline-zoom-out">
        <ZoomOut size={14} />
      </Tool>
      <Tool label="Zoom in (+, or Ctrl and wheel)" onClick={() => onZoom(1.6)} testId="timeline-zoom-in">
        <ZoomIn size={14} />
      </Tool>
      <Tool label="Fit everything (0)" onClick={onFit} disabled={fitted} testId="timeline-fit">
        <Maximize2 size={13} />
      </Tool>
    </div>
  )
}

function Tool(props: { label: string; onClick: () => void; disabled?: boolean; testId: string; children: ReactNode }) {
  const { label, onClick, disabled = false, testId, children } = props
  return (
    <Tooltip label={label}>
      <ActionIcon size={22} aria-label={label} onClick={onClick} disabled={disabled} data-testid={testId}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
