import { Button, Group, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'

import { putSetting } from '@/api/settings'
import type { ProviderSettings } from '@/api/types'
import { attempt, notifyDone } from '@/components/notify'

import { baseUrlProblem, keyVariable, trimmed } from './provider'
import classes from './settings.module.css'
import { useUnsaved } from './unsaved'

/** The provider that language models use by default. */
export function ProviderForm({ kept }: { kept: ProviderSettings }) {
  const [draft, setDraft] = useState(kept)
  const [busy, setBusy] = useState(false)
  const problem = baseUrlProblem(draft.base_url ?? '')
  const dirty = JSON.stringify(trimmed(draft)) !== JSON.stringify(trimmed(kept))
  useUnsaved('the language models', dirty)
  const variable = keyVariable(draft.api_key_name ?? '')

  async function save(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    const next = trimmed(draft)
    const done = await attempt('The provider was not saved', async () => {
      await putSetting('providers', Object.keys(next).length > 0 ? next : null)
      return true
    })
    setBusy(false)
    if (!done) return
    setDraft(next)
    notifyDone('The provider was saved. The next call uses it.')
  }

  return (
    <form className={classes.form} onSubmit={(event) => void save(event)}>
      <TextInput
        label="Base URL"
        placeholder="https://api.openai.com/v1"
        value={draft.base_url ?? ''}
        error={problem}
        onChange={(event) => setDraft({ ...draft, base_url: event.currentTarget.value })}
        data-testid="provider-base-url"
      />
      <TextInput
        label="Model"
        placeholder="gpt-5-mini"
        value={draft.model ?? ''}
        onChange={(event) => setDraft({ ...draft, model: event.currentTarget.value })}
        data-testid="provider-model"
      />
      <TextInput
        label="Name of the key"
        placeholder="openai"
        description={
          variable
            ? `The key itself is never stored: it is read from the environment variable HEDDLE_KEY_${variable}, else ${variable}, of the process that runs Heddle.`
            : 'The key itself is never stored, only its name. Leave it empty for an endpoint that wants none.'
        }
        value={draft.api_key_name ?? ''}
        onChange={(event) => setDraft({ ...draft, api_key_name: event.currentTarget.value })}
        data-testid="provider-key-name"
      />
      <Group gap="sm">
        <Button
          type="submit"
          variant="filled"
          disabled={!dirty || problem !== undefined}
          loading={busy}
          data-testid="provider-save"
        >
          Save
        </Button>
        {dirty && <Button onClick={() => setDraft(kept)}>Discard</Button>}
      </Group>
    </form>
  )
}
