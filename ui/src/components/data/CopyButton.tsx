import { ActionIcon, Tooltip } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'

import { notifyError } from '@/components/notify'

import { copyText } from './copy'

const SHOWN_MS = 1_400

type Props = { label: string; text: () => string | Promise<string>; testId?: string; icon?: ReactNode }

/** Copies what `text` gives, and shows for a moment that it did. */
export function CopyButton({ label, text, testId, icon }: Props) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])

  async function copy() {
    try {
      if (!(await copyText(await text()))) throw new Error('The clipboard is not available here.')
      setCopied(true)
    } catch (error) {
      notifyError('Nothing was copied', error)
    }
  }

  return (
    <Tooltip label={copied ? 'Copied' : label}>
      <ActionIcon size={22} aria-label={copied ? 'Copied' : label} onClick={() => void copy()} data-testid={testId}>
        {copied ? <Check size={13} color="var(--ok)" /> : (icon ?? <Copy size={13} />)}
      </ActionIcon>
    </Tooltip>
  )
}
