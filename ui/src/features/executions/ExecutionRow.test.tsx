import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import type { ExecutionSummary } from '@/api/types'
import { renderWith } from '@/components/testing'
import { execution, timeout } from '@/components/timeline/fixtures'

import { ExecutionRow } from './ExecutionRow'

test('a row says of which step the error is, and that the execution tries an earlier one again', async () => {
  const run: ExecutionSummary = { ...execution('failed', []), retry_of: 'exec-0', failed_step: 'ask', failed_step_name: 'Ask the model', failure: { ...timeout } }
  const component = () => <ExecutionRow run={run} index={0} top={0} focusable onActivate={() => undefined} />
  const router = createRouter({ history: createMemoryHistory(), routeTree: createRootRoute({ component }) })
  renderWith(<RouterProvider router={router as never} />)
  expect(await screen.findByText('Ask the model:')).toBeTruthy()
  expect(screen.getByTestId('execution-origin-exec-1').title).toBe('Retry of exec-0')
})
