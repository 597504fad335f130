//! The cache of backend truth.

import { QueryClient } from '@tanstack/react-query'

import { ApiError } from './errors'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The backend is on this machine: being offline does not matter, and asking again is cheap.
      networkMode: 'always',
      staleTime: 2_000,
      retry: (failures, error) => error instanceof ApiError && error.unreachable && failures < 2,
      retryDelay: 400,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})
