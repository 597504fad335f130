//! Ctrl K: everything one can go to or do, from wherever one is.

import { Modal } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import { ArrowRight, Search } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'

import { grouped, rank } from '@/components/palette/rank'
import { usePaletteRegistry } from '@/components/palette/registry'

import classes from './Palette.module.css'
import { useEverywhere } from './useEverywhere'

/** Entries drawn per heading; more are found by typing on. */
const PER_GROUP = 8

export function Palette() {
  const [query, setQuery] = useState('')
  const [opened, setOpened] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const before = useRef<Element | null>(null)
  const giveKeysBack = () => {
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
  }
  /** Where the keys were they are again before it runs: what it opens takes them from there. */
  const choose = (run: () => void) => {
    giveKeysBack()
    run()
  }
  const sources = usePaletteRegistry((registry) => registry.sources)
  const everywhere = useEverywhere(opened)
  const groups = useMemo(
    // What the page in front offers comes first.
    () => grouped(rank([...[...sources.values()].reverse().flat(), ...everywhere], query)),
    [sources, everywhere, query],
  )

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K', 'mod + P']}
      onSpotlightOpen={() => {
        before.current = document.activeElement
        setOpened(true)
      }}
      onSpotlightClose={() => {
        setOpened(false)
        setQuery('')
        if (document.activeElement === document.body || document.activeElement === search.current) giveKeysBack()
      }}
      returnFocus={false}
      centered={false}
      yOffset="12vh"
      size={600}
      overlayProps={{ blur: 0, color: 'var(--scrim)', backgroundOpacity: 1 }}
      classNames={{ content: classes.content, search: classes.search }}
      radius={12}
      transitionProps={{ duration: 120, transition: 'pop' }}
    >
      <Modal.Title className="sr-only">Command palette</Modal.Title>
      <Spotlight.Search
        ref={search}
        placeholder="Search workflows, executions, pages and commands"
        leftSection={<Search size={16} />}
        aria-label="Search or run a command"
        data-testid="palette"
      />
      <Spotlight.ActionsList className={classes.list}>
        {groups.map(([group, actions]) => (
          <Spotlight.ActionsGroup key={group} label={group} className={classes.group}>
            {actions.slice(0, PER_GROUP).map(({ id, label, description, shortcut, Icon = ArrowRight, run }) => (
              <Spotlight.Action key={id} className={classes.item} onClick={() => choose(run)} data-testid={`palette-${id}`}>
                <span className={classes.action}>
                  <Icon size={16} strokeWidth={1.8} className={classes.icon} aria-hidden />
                  <span className={classes.label}>{label}</span>
                  {description && <span className={classes.description}>{description}</span>}
                  {shortcut && <kbd className={classes.key}>{shortcut}</kbd>}
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>Nothing matches “{query.trim()}”.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}
