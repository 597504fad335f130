import { Button, TextInput } from '@mantine/core'
import { KeyRound } from 'lucide-react'
import { useCallback, useEffect, useState, type FormEvent } from 'react'

import { ApiError, messageOf } from '@/api/errors'
import { acceptTokenInAddress, setBearerToken } from '@/api/host'
import { queryClient } from '@/api/queryClient'
import { fetchHealth } from '@/api/settings'
import { EmptyState } from '@/components/EmptyState'

import classes from './Connection.module.css'

/** Asks for the token, in place of every page; says so when it was a wrong one. */
export function TokenQuestion() {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()

  const enter = useCallback(async () => {
    setBusy(true)
    setWrong(undefined)
    try {
      await fetchHealth()
      await queryClient.resetQueries()
    } catch (error) {
      setBusy(false)
      setWrong(error instanceof ApiError && error.status === 401 ? WRONG : messageOf(error))
    }
  }, [])

  // The printed address opened in this very tab changes nothing but the part behind the #.
  useEffect(() => {
    const onHash = () => {
      if (acceptTokenInAddress() !== null) void enter()
    }
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [enter])

  function submit(event: FormEvent) {
    event.preventDefault()
    if (text.trim() === '') return
    setBearerToken(text)
    void enter()
  }

  return (
    <EmptyState page Icon={KeyRound} title="This browser needs the key to the door">
      “heddle serve” printed an address that ends in #token=… Open that address, or paste it here.
      <form className={classes.token} onSubmit={submit}>
        <TextInput
          aria-label="Address or token"
          placeholder="http://127.0.0.1:4319/#token=…"
          value={text}
          error={wrong}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setWrong(undefined)
          }}
          data-testid="token-input"
        />
        <Button type="submit" variant="filled" disabled={text.trim() === ''} loading={busy} data-testid="token-submit">
          Continue
        </Button>
      </form>
    </EmptyState>
  )
}

const WRONG = 'That is not the key of the “heddle serve” that runs now. Take it from what that one printed.'
