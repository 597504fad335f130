import { Compass } from 'lucide-react'

import { ButtonLink } from '@/components/ButtonLink'
import { EmptyState } from '@/components/EmptyState'
import { ErrorPanel } from '@/components/ErrorPanel'
import { Page } from '@/components/Page'

const home = <ButtonLink to="/">All workflows</ButtonLink>

/** An address that leads nowhere. */
export function PageMissing() {
  return (
    <Page title="Not found">
      <EmptyState page Icon={Compass} title="There is nothing at this address" actions={home}>
        The link may be old, or mistyped.
      </EmptyState>
    </Page>
  )
}

/** A page that broke. */
export function PageError({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Page title="Something went wrong">
      <ErrorPanel page error={error} title="This page could not be shown" retry={reset} actions={home} />
    </Page>
  )
}
