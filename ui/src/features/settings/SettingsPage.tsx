import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useState, type ReactNode } from 'react'

import { healthQuery, settingsQuery } from '@/api/settings'
import type { PoolSettings, ProviderSettings } from '@/api/types'
import { ErrorPanel } from '@/components/ErrorPanel'
import { LeaveQuestion } from '@/components/LeaveQuestion'
import { Page } from '@/components/Page'
import { Pending } from '@/components/Pending'
import { isChoice, useTheme } from '@/components/useTheme'

import { About } from './About'
import { PoolsForm } from './PoolsForm'
import { ProviderForm } from './ProviderForm'
import classes from './settings.module.css'
import { Storage } from './Storage'
import { UnsavedContext, withUnsaved } from './unsaved'

/** What can be set, and what Heddle says about itself. */
export function SettingsPage() {
  const settings = useQuery(settingsQuery())
  const health = useQuery(healthQuery())
  const error = settings.error ?? health.error
  const [unsaved, setUnsaved] = useState<readonly string[]>([])
  const tell = useCallback((what: string, dirty: boolean) => setUnsaved((all) => withUnsaved(all, what, dirty)), [])

  if (error && (!settings.data || !health.data)) {
    const retry = () => void Promise.all([settings.refetch(), health.refetch()])
    return (
      <Page title="Settings">
        <ErrorPanel error={error} title="The settings could not be loaded" retry={retry} />
      </Page>
    )
  }
  if (!settings.data || !health.data) {
    return (
      <Page title="Settings">
        <Pending />
      </Page>
    )
  }
  return (
    <Page title="Settings">
      <LeaveQuestion dirty={unsaved.length > 0} what={unsaved.join(' and ')} />
      <UnsavedContext value={tell}>
        <div className={classes.column}>
          <Section title="Appearance" help="Dark, light, or as the system says.">
            <ThemeControl />
          </Section>
          <Section
            title="Language models"
            help="Where agents of the kind Language model send their prompts, unless they name a place of their own. Any endpoint that speaks the OpenAI chat protocol will do, one on this machine included."
          >
            <ProviderForm kept={(settings.data['providers'] ?? {}) as ProviderSettings} />
          </Section>
          <Section
            title="Pools"
            help="Steps that name the same pool share its limits, over all executions: one for each provider, database or service that wants to be spared. Who waits for a place is seen on the timeline."
          >
            <PoolsForm kept={(settings.data['pools'] ?? {}) as PoolSettings} />
          </Section>
          <Section
            title="Storage"
            help="Past executions are kept until they are too old or too many; the oldest go first. Workflows, versions and starred executions always stay."
          >
            <Storage />
          </Section>
          <Section title="About">
            <About health={health.data} />
          </Section>
        </div>
      </UnsavedContext>
    </Page>
  )
}

function Section({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.words}>
        <h2>{title}</h2>
        {help && <p>{help}</p>}
      </div>
      <div className={classes.controls}>{children}</div>
    </section>
  )
}

function ThemeControl() {
  const { choice, choose } = useTheme()
  return (
    <SegmentedControl
      aria-label="Theme"
      data={[
        { value: 'auto', label: 'Like the system' },
        { value: 'light', label: 'Light' },
        { value: 'dark', label: 'Dark' },
      ]}
      value={choice}
      onChange={(value) => isChoice(value) && choose(value)}
      size="xs"
      data-testid="settings-theme"
    />
  )
}
