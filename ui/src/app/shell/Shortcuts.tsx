//! The keys that work right now: the studio's own, and those of the page in front.

import { Modal } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { create } from 'zustand'

import { grouped } from '@/components/palette/rank'
import { usePaletteRegistry } from '@/components/palette/registry'

import classes from './Shortcuts.module.css'

const useShown = create<{ shown: boolean }>(() => ({ shown: false }))

export function showShortcuts(): void {
  useShown.setState({ shown: true })
}

const GENERAL = [
  { label: 'Search or run a command', shortcut: 'Ctrl K' },
  { label: 'This list', shortcut: '?' },
  { label: 'Close a dialog', shortcut: 'Esc' },
]

export function Shortcuts() {
  const shown = useShown((state) => state.shown)
  const sources = usePaletteRegistry((registry) => registry.sources)
  useHotkeys([['shift+?', showShortcuts], ['?', showShortcuts]])
  const groups = grouped([...sources.values()].flat().filter((action) => action.shortcut))
  return (
    <Modal
      opened={shown}
      onClose={() => useShown.setState({ shown: false })}
      title="Keyboard shortcuts"
      size="md"
      data-testid="shortcuts-dialog"
    >
      <Keys title="Everywhere" keys={GENERAL} />
      {groups.map(([title, actions]) => (
        <Keys key={title} title={title} keys={actions} />
      ))}
    </Modal>
  )
}

function Keys({ title, keys }: { title: string; keys: readonly { label: string; shortcut?: string }[] }) {
  return (
    <section className={classes.group}>
      <h3>{title}</h3>
      <dl>
        {keys.map(({ label, shortcut }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <kbd>{shortcut}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
