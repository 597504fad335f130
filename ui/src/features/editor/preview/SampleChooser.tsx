import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { ChevronDown, Dices, FlaskConical, History, Plus, type LucideIcon } from 'lucide-react'

import { useUiStore } from '../session/context'
import classes from './preview.module.css'
import { titleOf, type SampleChoice } from './sample'
import type { Sample } from './usePreview'

const LOOK: Record<SampleChoice['from'], { Icon: LucideIcon; hint: string }> = {
  sample: { Icon: FlaskConical, hint: 'A sample kept with this workflow' },
  run: { Icon: History, hint: 'What went in, and what each step gave' },
  generated: { Icon: Dices, hint: 'Made up from the schemas' },
}

/** Whose data is shown; made-up data can be made up anew. */
export function SampleChooser({ sample }: { sample: Sample }) {
  const ui = useUiStore()
  const { choice, choices, choose } = sample
  const { Icon } = LOOK[choice.from]
  return (
    <span className={classes.chooser}>
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <Button variant="subtle" color="gray" leftSection={<Icon size={13} />} rightSection={<ChevronDown size={13} />} data-testid="sample-choice" data-from={choice.from}>
            <span className={classes.chosen}>{titleOf(choice)}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Show the data of</Menu.Label>
          {choices.map((each) => {
            const { Icon, hint } = LOOK[each.from]
            const key = each.from === 'sample' ? `sample-${each.name}` : each.from
            return (
              <Menu.Item key={key} leftSection={<Icon size={14} />} onClick={() => choose(each)} data-testid={`sample-choose-${key}`}>
                {titleOf(each)}
                <small className={classes.hint}>{hint}</small>
              </Menu.Item>
            )
          })}
          <Menu.Divider />
          <Menu.Item leftSection={<Plus size={14} />} onClick={() => ui.setState({ dialog: 'run', runMode: 'test' })} data-testid="sample-new">
            Write a sample
            <small className={classes.hint}>In the dialog of a test run, with “Keep as a sample”</small>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {choice.from === 'generated' && (
        <Tooltip label="Make up other data">
          <ActionIcon
            size={30}
            aria-label="Make up other data"
            onClick={() => choose({ from: 'generated', seed: choice.seed + 1 })}
            data-testid="sample-reseed"
          >
            <Dices size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  )
}
