import { useEffect } from 'react'
import { Group, Panel, Separator, usePanelRef } from 'react-resizable-panels'

import type { WorkflowDraft } from '@/api/types'
import type { Library } from '@/graph/lookup'

import { Banners } from './banners/Banners'
import { BottomPanel } from './bottom/BottomPanel'
import { useGiveHeight } from './bottom/useBottomRoom'
import { Canvas } from './canvas/Canvas'
import classes from './EditorView.module.css'
import { Inspector } from './inspector/Inspector'
import { LibraryPanel } from './library/LibraryPanel'
import { Mapper } from './mapper/Mapper'
import { RunDialog } from './run/RunDialog'
import { useSession, useUi, useUiStore } from './session/context'
import { useReattach } from './session/reattach'
import { useFollow } from './session/useFollow'
import { useRunFeed } from './session/useRun'
import { TopBar } from './topbar/TopBar'
import { useEditorKeys } from './useEditorKeys'
import { useEditorPalette } from './useEditorPalette'
import { SaveVersionDialog } from './versions/SaveVersionDialog'
import { VersionHistory } from './versions/VersionHistory'

type Props = { draft: WorkflowDraft; library: Library; left: 'none' | 'ours' | 'conflict' }

const BOTTOM_HEIGHT = 276
const TABS_HEIGHT = 36

/** Top bar, library, canvas, inspector, and the panel below. */
export function EditorView({ draft, library, left }: Props) {
  const session = useSession()
  const ui = useUiStore()
  const bottom = usePanelRef()
  const open = useUi((state) => state.bottomOpen)
  const announcement = useUi((state) => state.announcement)
  useEffect(() => session.adopt(draft), [draft, session])
  useEffect(() => session.setLibrary(library), [library, session])
  useEffect(() => {
    if (open && bottom.current?.isCollapsed()) bottom.current.resize(BOTTOM_HEIGHT)
    if (!open) bottom.current?.collapse()
  }, [bottom, open])
  useGiveHeight(bottom)
  useEffect(() => () => session.saver.flush(), [session])
  useFollow()
  useReattach()
  useRunFeed()
  useEditorKeys()
  useEditorPalette()
  return (
    <div className={classes.editor}>
      <TopBar />
      <Banners left={left} />
      <Group orientation="vertical" className={classes.rows}>
        <Panel minSize={200} id="editor-top" className={classes.top}>
          <Mapper />
          <Group orientation="horizontal">
            <Panel id="editor-library" defaultSize={224} minSize={180} maxSize={360} groupResizeBehavior="preserve-pixel-size">
              <LibraryPanel />
            </Panel>
            <Separator className={classes.vertical} aria-label="Width of the library" />
            <Panel id="editor-canvas" minSize={240}>
              <Canvas />
            </Panel>
            <Separator className={classes.vertical} aria-label="Width of the inspector" />
            <Panel id="editor-inspector" defaultSize={336} minSize={260} maxSize={720} groupResizeBehavior="preserve-pixel-size">
              <Inspector />
            </Panel>
          </Group>
        </Panel>
        <Separator className={classes.horizontal} aria-label="Height of the lower panel" />
        <Panel
          id="editor-bottom"
          panelRef={bottom}
          defaultSize={open ? BOTTOM_HEIGHT : TABS_HEIGHT}
          minSize={120}
          collapsible
          collapsedSize={TABS_HEIGHT}
          groupResizeBehavior="preserve-pixel-size"
          onResize={() => {
            const shown = !(bottom.current?.isCollapsed() ?? !open)
            if (shown !== ui.getState().bottomOpen) ui.setState({ bottomOpen: shown })
          }}
        >
          <BottomPanel />
        </Panel>
      </Group>
      <RunDialog />
      <SaveVersionDialog />
      <VersionHistory />
      <div className="sr-only" aria-live="polite" data-testid="editor-announcements">
        {announcement}
      </div>
    </div>
  )
}
