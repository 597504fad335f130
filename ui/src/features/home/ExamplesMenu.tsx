import { Button, Loader, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, Sparkles } from 'lucide-react'
import { useState } from 'react'

import { examplesQuery, type Example } from '@/components/examples'
import { plainText } from '@/components/format'

import classes from './home.module.css'

/** Every workflow that comes with Heddle, to open one. */
export function ExamplesMenu({ onOpen }: { onOpen: (example: Example) => void }) {
  const [opened, setOpened] = useState(false)
  const { data, error } = useQuery({ ...examplesQuery(), enabled: opened })
  const items = (examples: Example[]) =>
    examples.map((example) => (
      <Menu.Item key={example.id} onClick={() => onOpen(example)} data-testid={`example-${example.id}`}>
        <span className={classes.example}>{example.name}</span>
        <span className={classes.exampleSays}>{plainText(example.description)}</span>
      </Menu.Item>
    ))
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end" width={380}>
      <Menu.Target>
        <Button leftSection={<Sparkles size={14} />} rightSection={<ChevronDown size={14} />} data-testid="open-example">
          Examples
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.examples}>
        {data ? (
          <>
            <Menu.Label>From end to end</Menu.Label>
            {items(data.filter(({ isPattern }) => !isPattern))}
            <Menu.Label>Patterns</Menu.Label>
            {items(data.filter(({ isPattern }) => isPattern))}
          </>
        ) : (
          <Menu.Label>{error ? `The examples could not be read: ${error.message}` : <Loader size={14} aria-label="Reading the examples" />}</Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
