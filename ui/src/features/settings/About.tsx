import { ActionIcon, Button, CopyButton, Modal, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'

import type { Health } from '@/api/types'
import { ErrorPanel } from '@/components/ErrorPanel'
import { Pending } from '@/components/Pending'

import classes from './settings.module.css'

/** Version, data folder, licences. */
export function About({ health }: { health: Health }) {
  const [shown, { open, close }] = useDisclosure()
  return (
    <>
      <dl className={classes.facts}>
        <dt>Version</dt>
        <dd data-testid="about-version">{health.version}</dd>
        <dt>Data folder</dt>
        <dd>
          {health.data_dir === undefined ? (
            'None: everything is kept in memory, and gone when Heddle ends.'
          ) : (
            <span className={classes.folder}>
              <span className="mono" data-testid="about-data-dir">
                {health.data_dir}
              </span>
              <CopyText value={health.data_dir} />
            </span>
          )}
          <p>
            Workflows, versions, executions and their data are kept there. Nothing leaves this machine but the calls your
            agents make.
          </p>
        </dd>
        <dt>Licence</dt>
        <dd>
          <p className={classes.plain}>Heddle is free software under the MIT licence.</p>
          <Button mt={8} onClick={open} data-testid="show-licenses">
            Libraries in this window
          </Button>
        </dd>
      </dl>
      <Modal opened={shown} onClose={close} title="Libraries in this window" size="xl">
        <Licenses />
      </Modal>
    </>
  )
}

function Licenses() {
  const { data, error } = useQuery({
    queryKey: ['licenses'],
    queryFn: async ({ signal }) => {
      const response = await fetch('/licenses.txt', { signal })
      if (!response.ok) throw new Error(`The list is missing from this build (status ${response.status}).`)
      return response.text()
    },
    staleTime: Infinity,
  })
  if (error) return <ErrorPanel error={error} title="The licences could not be shown" />
  if (data === undefined) return <Pending />
  return (
    <pre className={classes.licenses} tabIndex={0} role="region" aria-label="Licences">
      {data}
    </pre>
  )
}

function CopyText({ value }: { value: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <ActionIcon size={24} onClick={copy} aria-label="Copy the data folder">
            {copied ? <Check size={14} /> : <Copy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}
