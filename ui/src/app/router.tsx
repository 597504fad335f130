//! Every address of the studio. The two heavy pages arrive when they are first opened.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'

import { executionQuery } from '@/api/executions'
import { queryClient } from '@/api/queryClient'
import { AgentsPage } from '@/features/agents/AgentsPage'
import { ExecutionsPage } from '@/features/executions/ExecutionsPage'
import type { ExecutionsSearch } from '@/features/executions/filter'
import { HomePage } from '@/features/home/HomePage'
import { InboxPage } from '@/features/inbox/InboxPage'
import { SettingsPage } from '@/features/settings/SettingsPage'

import { PageError, PageMissing } from './shell/PageError'
import { Shell } from './shell/Shell'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: PageMissing, errorComponent: PageError })

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { deleted?: true } =>
    search['deleted'] ? { deleted: true } : {},
  component: function Home() {
    return <HomePage deleted={homeRoute.useSearch().deleted === true} />
  },
})

const LazyEditor = lazyRouteComponent(() => import('@/features/editor/EditorPage'), 'EditorPage')

const workflowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows/$id',
  component: function Editor() {
    const { id } = workflowRoute.useParams()
    return <LazyEditor key={id} id={id} />
  },
  loader: () => LazyEditor.preload?.(),
})

const executionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/executions',
  validateSearch: (search: Record<string, unknown>): ExecutionsSearch => {
    const kept: ExecutionsSearch = {}
    for (const key of ['workflow', 'status', 'q'] as const) if (search[key]) kept[key] = String(search[key])
    return kept
  },
  component: function Executions() {
    return <ExecutionsPage search={executionsRoute.useSearch()} />
  },
})

const LazyExecution = lazyRouteComponent(() => import('@/features/execution/ExecutionPage'), 'ExecutionPage')

const executionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/executions/$id',
  component: function Execution() {
    const { id } = executionRoute.useParams()
    return <LazyExecution key={id} id={id} />
  },
  loader: ({ params }) => {
    // Asked for beside the page's code, and while the pointer rests on the link.
    void queryClient.prefetchQuery(executionQuery(params.id))
    return LazyExecution.preload?.()
  },
})

const agentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents',
  validateSearch: (search: Record<string, unknown>): { agent?: string } =>
    search['agent'] ? { agent: String(search['agent']) } : {},
  component: function Agents() {
    return <AgentsPage chosen={agentsRoute.useSearch().agent} />
  },
})

const inboxRoute = createRoute({ getParentRoute: () => rootRoute, path: '/inbox', component: InboxPage })

const settingsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/settings', component: SettingsPage })

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    workflowRoute,
    executionsRoute,
    executionRoute,
    agentsRoute,
    inboxRoute,
    settingsRoute,
  ]),
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
