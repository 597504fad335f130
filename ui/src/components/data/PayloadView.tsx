import { ActionIcon, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useMemo } from 'react'

import { messageOf } from '@/api/errors'
import { fetchPayloadText } from '@/api/payloads'
import type { PayloadRef } from '@/api/types'
import { formatBytes } from '@/components/format'
import { attempt } from '@/components/notify'
import { saveTextFile } from '@/desktop/files'

import { CopyButton } from './CopyButton'
import classes from './data.module.css'
import { parseJson } from './json'
import { JsonTree } from './JsonTree'
import { readAll, TREE_BYTES } from './pages'
import { PayloadPages } from './PayloadPages'

type Props = {
  reference: PayloadRef
  /** What the value is, e.g. `Output`; also the stem of the download's name. */
  label: string
  /** What an expression calls the value, e.g. `steps.analyzer.output`; stands in front of copied paths. */
  path?: string
  /** Take the height of the place instead of the content's. */
  fill?: boolean
}

/**
 * A payload: small ones as a tree, large ones as pages of text, never a megabyte in the page at once.
 *
 * Numbers, key order and repeated keys are shown as they are stored.
 */
export function PayloadView({ reference, label, path, fill = false }: Props) {
  return (
    <section className={classes.payload} data-fill={fill || undefined} aria-label={label} data-testid="payload">
      <header className={classes.title}>
        <b>{label}</b>
        <span className={classes.size}>{formatBytes(reference.bytes)}</span>
      </header>
      {reference.bytes <= TREE_BYTES ? (
        <SmallPayload key={reference.hash} reference={reference} label={label} path={path ?? ''} fill={fill} />
      ) : (
        <PayloadPages
          key={reference.hash}
          reference={reference}
          label={label}
          fill={fill}
          actions={<Actions reference={reference} label={label} />}
        />
      )}
    </section>
  )
}

function SmallPayload({ reference, label, path, fill }: Required<Props>) {
  const query = useQuery({
    queryKey: ['payloads', reference.hash, 'text'],
    queryFn: ({ signal }) => readAll(reference, signal),
    staleTime: Infinity,
  })
  const text = query.data
  const parsed = useMemo(() => (text === undefined ? undefined : tryParse(text)), [text])
  if (query.isError) {
    return (
      <p className={classes.broken} role="alert">
        This value could not be read. {messageOf(query.error)}{' '}
        <button type="button" onClick={() => void query.refetch()}>
          Try again
        </button>
      </p>
    )
  }
  if (text === undefined || parsed === undefined) return <div className={classes.loading} aria-busy="true" />
  const actions = <Actions reference={reference} label={label} text={text} />
  if (typeof parsed === 'string') {
    return (
      <div className={classes.value} data-fill={fill || undefined}>
        <div className={classes.bar}>
          <span className={classes.broken}>{parsed}</span>
          <span className={classes.gap} />
          {actions}
        </div>
        <pre className={classes.page} tabIndex={0} role="region" aria-label={label}>
          {text}
        </pre>
      </div>
    )
  }
  return <JsonTree text={text} root={parsed} label={label} path={path} fill={fill} actions={actions} />
}

function tryParse(text: string) {
  try {
    return parseJson(text)
  } catch (error) {
    return messageOf(error)
  }
}

function Actions({ reference, label, text }: { reference: PayloadRef; label: string; text?: string }) {
  const whole = () => text ?? fetchPayloadText(reference.hash)
  const name = `${label.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}-${reference.hash.slice(0, 8)}.json`
  return (
    <>
      <CopyButton label="Copy all" text={whole} testId="payload-copy" />
      <Tooltip label="Download">
        <ActionIcon
          size={22}
          aria-label="Download"
          onClick={() => void attempt('The value could not be saved', async () => saveTextFile(name, await whole()))}
          data-testid="payload-download"
        >
          <Download size={13} />
        </ActionIcon>
      </Tooltip>
    </>
  )
}
