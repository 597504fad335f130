//! Whether the backend is there: a banner while it is not, and the way in when this browser has no token.

import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { KeyRound, PlugZap } from 'lucide-react'
import { useState, type FormEvent, type ReactNode } from 'react'

import { ApiError } from '@/api/errors'
import { setBearerToken } from '@/api/host'
import { queryClient } from '@/api/queryClient'
import { healthQuery } from '@/api/settings'
import { EmptyState } from '@/components/EmptyState'
import { nextStep } from '@/components/ErrorPanel'

import classes from './Connection.module.css'

const EVERY_MS = 15_000
const EVERY_MS_WHILE_GONE = 2_000

/** The page, with a banner above it while the backend does not answer; in its place a question when a token is missing. */
export function Connection({ children }: { children: ReactNode }) {
  const { error, data } = useQuery({
    ...healthQuery(),
    refetchInterval: (query) => (query.state.error ? EVERY_MS_WHILE_GONE : EVERY_MS),
  })
  if (error instanceof ApiError && error.status === 401) return <TokenQuestion />
  return (
    <>
      {/* At the first start the page itself says that it has nothing to show. */}
      {data && error instanceof ApiError && error.unreachable && (
        <p className={classes.banner} role="status" data-testid="connection-lost">
          <PlugZap size={15} aria-hidden />
          Heddle’s backend does not answer. Trying again… {nextStep(error)}
        </p>
      )}
      {children}
    </>
  )
}

function TokenQuestion() {
  const [text, setText] = useState('')

  function submit(event: FormEvent) {
    event.preventDefault()
    if (text.trim() === '') return
    setBearerToken(text)
    void queryClient.resetQueries()
  }

  return (
    <EmptyState page Icon={KeyRound} title="This browser needs the key to the door">
      “heddle serve” printed an address that ends in #token=… Open that address, or paste it here.
      <form className={classes.token} onSubmit={submit}>
        <TextInput
          aria-label="Address or token"
          placeholder="http://127.0.0.1:4319/#token=…"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="token-input"
        />
        <Button type="submit" variant="filled" disabled={text.trim() === ''} data-testid="token-submit">
          Continue
        </Button>
      </form>
    </EmptyState>
  )
}
