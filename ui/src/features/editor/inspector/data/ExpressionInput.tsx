import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { useId, useRef, useState, type FocusEvent } from 'react'

import { BriefValue } from '@/components/data/BriefValue'

import classes from './data.module.css'

type Proposal = { expression: string; type: string; value?: unknown }

type Props = {
  label: string
  value: string
  onChange: (value: string) => void
  proposals: readonly Proposal[]
  placeholder?: string
  error?: string | undefined
  testId?: string
  /** Without a frame, and with room beneath for the value: whoever holds it draws both. */
  quiet?: boolean
  onFocus?: (event: FocusEvent<HTMLInputElement>) => void
  onBlur?: () => void
}

const SHOWN = 40
const NONE: readonly Proposal[] = []

/** An expression, with what it may refer to proposed while it is typed. */
export function ExpressionInput({ label, value, onChange, proposals, placeholder, error, testId, quiet = false, onFocus, onBlur }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const input = useRef<HTMLInputElement>(null)
  const [word, setWord] = useState({ from: 0, text: '' })
  const errorId = useId()
  const found = combobox.dropdownOpened ? matching(proposals, word.text) : NONE

  const look = (text: string, caret: number) => {
    const before = text.slice(0, caret)
    const typed = /[A-Za-z_][\w.[\]"]*$/.exec(before)?.[0] ?? ''
    setWord({ from: caret - typed.length, text: typed })
    combobox.resetSelectedOption()
  }
  const take = (expression: string) => {
    const end = word.from + word.text.length
    onChange(value.slice(0, word.from) + expression + value.slice(end))
    combobox.closeDropdown()
    const caret = word.from + expression.length
    requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret))
  }

  return (
    <Combobox store={combobox} onOptionSubmit={take} withinPortal position="bottom-start" width={420} offset={quiet ? 32 : 8} transitionProps={{ duration: 80 }}>
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={input}
          aria-label={label}
          classNames={{ input: (quiet ? classes.bare : classes.expression) ?? '' }}
          variant={quiet ? 'unstyled' : 'default'}
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          error={error !== undefined && !quiet}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={error === undefined ? undefined : errorId}
          title={error}
          data-testid={testId}
          onChange={(event) => {
            onChange(event.target.value)
            look(event.target.value, event.target.selectionStart ?? event.target.value.length)
            combobox.openDropdown()
          }}
          onFocus={(event) => {
            look(value, value.length)
            onFocus?.(event)
          }}
          onClick={() => {
            if (value === '') combobox.openDropdown()
          }}
          onBlur={() => {
            combobox.closeDropdown()
            onBlur?.()
          }}
          onKeyDown={(event) => {
            if (event.key === ' ' && event.ctrlKey) {
              event.preventDefault()
              look(value, input.current?.selectionStart ?? value.length)
              combobox.openDropdown()
            }
            if (event.key === 'Escape' && combobox.dropdownOpened) {
              event.stopPropagation()
              combobox.closeDropdown()
            }
          }}
        />
      </Combobox.Target>
      {error !== undefined && (
        <span id={errorId} className="sr-only">
          {error}
        </span>
      )}
      {found.length > 0 && (
        <Combobox.Dropdown>
          <Combobox.Options mah={240} style={{ overflowY: 'auto' }}>
            {found.map((proposal) => (
              <Combobox.Option key={proposal.expression} value={proposal.expression} className={classes.option}>
                <code>{proposal.expression}</code>
                <span>
                  {proposal.value === undefined ? proposal.type : <BriefValue value={proposal.value} room={22} />}
                </span>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      )}
    </Combobox>
  )
}

/** Proposals that hold what was typed, those that begin with it first; none once it is written out. */
function matching(proposals: readonly Proposal[], text: string): Proposal[] {
  const typed = text.toLowerCase()
  const hits = proposals.filter(({ expression }) => expression.toLowerCase().includes(typed) && expression !== text)
  const starts = (proposal: Proposal) => (proposal.expression.toLowerCase().startsWith(typed) ? 0 : 1)
  return hits.sort((a, b) => starts(a) - starts(b)).slice(0, SHOWN)
}
