//! What component tests of this folder share: providers, and a DOM that has sizes.

import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { vi } from 'vitest'

/** Renders with the providers every component may count on; `client` holds what is cached already. */
export function renderWith(
  element: ReactNode,
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } }),
) {
  const wrap = (inner: ReactNode) => (
    <QueryClientProvider client={client}>
      <MantineProvider>{inner}</MantineProvider>
    </QueryClientProvider>
  )
  const result = render(wrap(element))
  return { ...result, again: (next: ReactNode) => result.rerender(wrap(next)) }
}

/** Every element is this large: the test DOM has no layout, and virtual lists show nothing without one. */
export function giveSize(width: number, height: number): void {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(width)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(height)
}
