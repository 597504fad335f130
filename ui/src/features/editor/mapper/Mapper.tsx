import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { Layers, Undo2, X } from 'lucide-react'
import { useCallback, useEffect, useRef } from 'react'

import { KindIcon } from '@/components/KindIcon'
import { agentOf, nameOf, stepById } from '@/graph/lookup'
import { soleStep } from '@/graph/selection'

import { SampleChooser } from '../preview/SampleChooser'
import { VerdictMark } from '../proof/VerdictMark'
import { VERDICT } from '../proof/verdicts'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { AutoMapBar, AutoMapButton, useAutoMap } from './AutoMap'
import { MapperContext, useOwnParts } from './context'
import { FieldTree } from './FieldTree'
import { Ghost } from './Ghost'
import classes from './mapper.module.css'
import { TargetList } from './TargetList'
import { useMapping } from './useMapping'
import { Wires } from './Wires'

const LEGEND = ['always', 'sometimes', 'never'] as const

/** The wide mapper over the canvas, while it is open; it goes along when another step is selected. */
export function Mapper() {
  const ui = useUiStore()
  const id = useUi((state) => state.mapper)
  const selected = useEditor((state) => soleStep(state.selection))
  useEffect(() => {
    if (selected !== null) ui.setState(({ mapper }) => (mapper === null ? {} : { mapper: selected }))
  }, [selected, ui])
  const exists = useEditor((state) => id !== null && stepById(state.document, id) !== undefined)
  useEffect(() => {
    if (id !== null && !exists) ui.setState({ mapper: null })
  }, [exists, id, ui])
  return id !== null && exists ? <Sheet key={id} id={id} /> : null
}

function Sheet({ id }: { id: string }) {
  const ui = useUiStore()
  const session = useSession()
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  const undo = useEditor((state) => state.history.undo.at(-1)?.label)
  const step = stepById(document, id) ?? { id, agent: '' }
  const agent = agentOf(document, step, library)
  const mapping = useMapping(step, agent)
  const parts = useOwnParts(mapping)
  const auto = useAutoMap(mapping)
  const sheet = useRef<HTMLDivElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const close = useCallback(() => ui.setState({ mapper: null }), [ui])
  useEffect(() => {
    const before = globalThis.document.activeElement
    // What lies beneath cannot be seen, so it cannot be reached either.
    const beneath = sheet.current?.parentElement?.nextElementSibling
    beneath?.toggleAttribute('inert', true)
    sheet.current?.focus()
    return () => {
      beneath?.toggleAttribute('inert', false)
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
      else {
        const page = globalThis.document
        const next = page.querySelector<HTMLElement>('[data-open-mapper]') ?? page.querySelector<HTMLElement>('[data-canvas]')
        next?.focus({ preventScroll: true })
      }
    }
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const inside = event.target === globalThis.document.body || sheet.current?.contains(event.target as Node)
      if (event.key === 'Escape' && inside && !event.defaultPrevented) close()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [close])
  const name = nameOf(step, agent)
  return (
    <div className={classes.scrim} onPointerDown={(event) => event.target === event.currentTarget && close()}>
      <div
        ref={sheet}
        className={classes.sheet}
        role="dialog"
        aria-label={`Mapper of ${name}`}
        tabIndex={-1}
        data-mapper
        data-testid="mapper"
      >
        <MapperContext value={parts}>
          <header className={classes.head}>
            <KindIcon kind={agent?.kind} size={26} />
            <div className={classes.title}>
              <h2>{name}</h2>
              <span>what goes in, from where</span>
            </div>
            <span className={classes.space} />
            <SampleChooser sample={mapping.preview} />
            <Tooltip label={undo === undefined ? 'Nothing to undo' : `Undo: ${undo}`}>
              <ActionIcon size={30} aria-label="Undo" disabled={undo === undefined} onClick={() => void session.undo()} data-testid="mapper-undo">
                <Undo2 size={15} />
              </ActionIcon>
            </Tooltip>
            {mapping.mapping !== undefined && (
              <Tooltip label="No mapping: the step sees the input and every earlier output, merged">
                <Button variant="subtle" color="gray" leftSection={<Layers size={13} />} onClick={mapping.clear} data-testid="mapper-clear">
                  Use everything
                </Button>
              </Tooltip>
            )}
            <AutoMapButton auto={auto} />
            <ActionIcon size={30} aria-label="Close the mapper" onClick={close} data-testid="mapper-close">
              <X size={16} />
            </ActionIcon>
          </header>
          {auto.reviewing && (
            <div className={classes.autobar}>
              <AutoMapBar auto={auto} mapping={mapping} />
            </div>
          )}
          <div ref={stage} className={classes.stage}>
            <div className={classes.column} data-column>
              <h3>Before this step</h3>
              <FieldTree wide />
            </div>
            <div className={classes.gap} />
            <div className={classes.column} data-column>
              <h3>
                Input of {name}
                {mapping.mapping === undefined && <small>not mapped: it sees everything, merged</small>}
              </h3>
              <TargetList wide offers={auto.offers} />
            </div>
            <Wires stage={stage} auto={auto} />
          </div>
          <footer className={classes.foot}>
            <span>Drag a field to where it goes</span>
            <span>
              <kbd>Enter</kbd> picks it up
            </span>
            <span>
              <kbd>M</kbd> map to…
            </span>
            <span className={classes.space} />
            {LEGEND.map((verdict) => (
              <span key={verdict}>
                <VerdictMark verdict={verdict} silent /> {VERDICT[verdict].word.toLowerCase()}
              </span>
            ))}
          </footer>
          <Ghost />
        </MapperContext>
      </div>
    </div>
  )
}
