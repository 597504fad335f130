import { Button } from '@mantine/core'
import { CircleAlert, PlugZap, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'

import { ApiError, messageOf } from '@/api/errors'
import { inWindow } from '@/api/host'

import classes from './panels.module.css'

type Props = {
  error: unknown
  /** What could not be done, e.g. `The workflows could not be loaded`. */
  title: string
  /** Tries again. */
  retry?: () => void
  /** Further ways out. */
  actions?: ReactNode
  /** It is all there is on the page: its title is the page's. */
  page?: boolean
}

/** What went wrong, why, and what to do next. */
export function ErrorPanel({ error, title, retry, actions, page = false }: Props) {
  const Title = page ? 'h1' : 'h2'
  const unreachable = error instanceof ApiError && error.unreachable
  const next = nextStep(error)
  const Icon = unreachable ? PlugZap : CircleAlert
  return (
    <div className={classes.panel} role="alert" data-testid="error-panel">
      <span className={classes.glyph} data-tone="bad" aria-hidden>
        <Icon size={22} strokeWidth={1.8} />
      </span>
      <Title>{title}</Title>
      <p>{messageOf(error)}</p>
      {next && <p className={classes.next}>{next}</p>}
      {(retry ?? actions) && (
        <div className={classes.actions}>
          {retry && (
            <Button leftSection={<RotateCw size={14} />} onClick={retry} data-testid="error-retry">
              Try again
            </Button>
          )}
          {actions}
        </div>
      )}
    </div>
  )
}

/** What a person can do about an error; nothing where the message says it. */
export function nextStep(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Reload the page; if it comes back, restart Heddle. Nothing saved is lost.'
  if (error.unreachable) {
    return inWindow
      ? 'Restart Heddle. Everything saved is on disk, and executions resume where they were.'
      : 'Check that “heddle serve” still runs on this machine, then try again. Everything saved is on disk.'
  }
  if (error.status === 401 || error.status === 403) {
    return 'Open the address that “heddle serve” printed, with its token, once more.'
  }
  if (error.notFound) return 'It may have been deleted. Look for it in the list, or under Deleted.'
  if (error.status === 409) return 'Somebody else changed it meanwhile. Load it again and repeat the change.'
  if (error.status >= 500) return 'Try again. If it comes back, restart Heddle; nothing saved is lost.'
  // The message of such an error says itself what was expected.
  return ''
}
