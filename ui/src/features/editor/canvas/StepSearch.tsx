import { Search, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'

import { KindIcon } from '@/components/KindIcon'
import { plural } from '@/components/format'
import { agentOf, nameOf, summaryOf } from '@/graph/lookup'
import { selectSteps } from '@/graph/selection'

import rows from '../rows.module.css'
import { useEditor, useSession, useUi, useUiStore } from '../session/context'
import { reveal } from '../session/ui'
import classes from './StepSearch.module.css'

const SHOWN = 50

/** Ctrl F: finds a step by its name, id or what it does, and brings it into view. */
export function StepSearch() {
  return useUi((ui) => ui.searching) ? <Panel /> : null
}

function Panel() {
  const session = useSession()
  const ui = useUiStore()
  const document = useEditor((state) => state.document)
  const library = useEditor((state) => state.library)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])

  const found = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean)
    return document.steps
      .map((step) => {
        const agent = agentOf(document, step, library)
        return { id: step.id, name: nameOf(step, agent), summary: summaryOf(agent), kind: agent?.kind }
      })
      .filter(({ id, name, summary }) => words.every((word) => `${id} ${name} ${summary}`.toLowerCase().includes(word)))
  }, [document, library, text])

  const close = () => {
    ui.setState({ searching: false })
    globalThis.document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  const show = (id: string) => {
    session.select(selectSteps([id]))
    reveal(ui, [id])
  }
  return (
    <div className={classes.panel} role="search" data-testid="step-search">
      <div className={`${rows.find} ${classes.field}`}>
        <Search size={14} aria-hidden />
        <input
          ref={input}
          placeholder="Find a step"
          aria-label="Find a step"
          data-testid="step-search-input"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
            if (event.key === 'Escape') return close()
            if (event.key === 'Enter') {
              const step = found[at]
              if (step) show(step.id)
              return close()
            }
            if (by === 0) return
            event.preventDefault()
            const next = Math.max(0, Math.min(found.length - 1, at + by))
            setAt(next)
            const step = found[next]
            if (step) show(step.id)
          }}
        />
        <span aria-live="polite">{plural(found.length, 'step')}</span>
        <button type="button" aria-label="Close the search" onClick={close}>
          <X size={14} />
        </button>
      </div>
      {text !== '' && (
        <ul className={`${rows.list} ${classes.list}`}>
          {found.slice(0, SHOWN).map((step, index) => (
            <li key={step.id}>
              <button
                type="button"
                className={`${rows.row} ${classes.item}`}
                data-active={index === at || undefined}
                data-testid={`step-search-${step.id}`}
                onClick={() => {
                  show(step.id)
                  close()
                }}
              >
                <KindIcon kind={step.kind} size={20} />
                <span className={rows.text}>{step.name}</span>
                <code>{step.id}</code>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className={rows.none}>No step is called that.</li>}
        </ul>
      )}
    </div>
  )
}
