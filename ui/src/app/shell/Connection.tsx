//! Whether the backend is there: a banner while it is not, and the way in when this browser has no token.

import { useQuery } from '@tanstack/react-query'
import { PlugZap } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'

import { useBackend } from '@/api/backend'
import { ApiError } from '@/api/errors'
import { healthQuery } from '@/api/settings'
import { nextStep } from '@/components/ErrorPanel'
import { formatTimeOfDay } from '@/components/format'
import { placeMessages } from '@/components/messagePlace'

import classes from './Connection.module.css'
import { TokenQuestion } from './TokenQuestion'

/** It is asked whether it is still there: often enough that nobody takes an old page for the present one. */
const EVERY_MS = 2_000

const GONE = new ApiError('', 'unreachable', 0)

/** The page, with a banner above it while the backend does not answer; in its place a question when a token is missing. */
export function Connection({ children }: { children: ReactNode }) {
  const { gone, locked, answeredAt } = useBackend()
  useQuery({ ...healthQuery(), enabled: !locked, refetchInterval: EVERY_MS, retry: false })
  useEffect(() => {
    document.documentElement.toggleAttribute('data-standstill', gone)
    placeMessages()
  }, [gone])
  if (locked) return <TokenQuestion />
  return (
    <>
      {/* At the first start the page itself says that it has nothing to show. */}
      {gone && answeredAt !== undefined && (
        <p className={classes.banner} role="status" data-messages-below="page" data-testid="connection-lost">
          <PlugZap size={15} aria-hidden />
          <span>
            <b>Heddle does not answer: this is how things stood at {formatTimeOfDay(answeredAt)}.</b> Trying again… {nextStep(GONE)}
          </span>
        </p>
      )}
      {children}
    </>
  )
}
