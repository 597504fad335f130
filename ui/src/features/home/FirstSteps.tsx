import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Play, Search, Sparkles, X } from 'lucide-react'

import { putSetting, settingsQuery } from '@/api/settings'
import { attempt } from '@/components/notify'

import classes from './home.module.css'

const DONE = 'ui.tour_done'

/** Three steps for somebody new, above the cards until they are put away. */
export function FirstSteps({ onOpenExample }: { onOpenExample: () => void }) {
  const { data: settings } = useQuery(settingsQuery())
  if (!settings || settings[DONE] === true) return null
  return (
    <section className={classes.steps} aria-label="First steps" data-testid="tour">
      <ol>
        <li>
          <Sparkles size={16} aria-hidden />
          <div>
            <h2>Open the example</h2>
            <p>Three agents that read a support ticket. They work offline, without any key.</p>
            <Button variant="default" mt={8} onClick={onOpenExample} data-testid="tour-open-example">
              Open example
            </Button>
          </div>
        </li>
        <li>
          <Play size={16} aria-hidden />
          <div>
            <h2>Test it</h2>
            <p>Press Test run, give it a ticket, and watch the steps finish. The timeline keeps what went in and what came out.</p>
          </div>
        </li>
        <li>
          <Search size={16} aria-hidden />
          <div>
            <h2>Find everything with Ctrl K</h2>
            <p>Workflows, executions, commands. Edits are kept as you make them, and every one can be undone.</p>
          </div>
        </li>
      </ol>
      <Tooltip label="Do not show again">
        <ActionIcon
          aria-label="Do not show the first steps again"
          onClick={() => void attempt('That was not kept', () => putSetting(DONE, true))}
          data-testid="tour-skip"
        >
          <X size={16} />
        </ActionIcon>
      </Tooltip>
    </section>
  )
}
