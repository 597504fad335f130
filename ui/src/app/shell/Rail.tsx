import { ActionIcon, Tooltip, useComputedColorScheme } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { Bot, History, Inbox, Moon, Search, Settings, Sun, Workflow, type LucideIcon } from 'lucide-react'

import { approvalsQuery } from '@/api/executions'
import { useTheme } from '@/components/useTheme'

import classes from './Rail.module.css'

const PLACES = [
  { to: '/', label: 'Workflows', Icon: Workflow, id: 'workflows' },
  { to: '/executions', label: 'Executions', Icon: History, id: 'executions' },
  { to: '/inbox', label: 'Inbox', Icon: Inbox, id: 'inbox' },
  { to: '/agents', label: 'Agents', Icon: Bot, id: 'agents' },
  { to: '/settings', label: 'Settings', Icon: Settings, id: 'settings' },
] as const satisfies readonly { to: string; label: string; Icon: LucideIcon; id: string }[]

/** Whether a place leads to where one is; an open workflow belongs to the workflows. */
function isWithin(pathname: string, place: string): boolean {
  return place === '/' ? pathname === '/' || pathname.startsWith('/workflows/') : pathname.startsWith(place)
}

/** The slim bar on the left: where one can go, search, and the theme. */
export function Rail() {
  const scheme = useComputedColorScheme('dark')
  const { choose } = useTheme()
  const pathname = useLocation({ select: (location) => location.pathname })
  const waiting = useQuery(approvalsQuery()).data?.length ?? 0
  const other = scheme === 'dark' ? 'light' : 'dark'
  return (
    <nav className={classes.rail} aria-label="Main">
      <Link to="/" className={classes.mark} aria-label="Heddle, all workflows">
        <img src="/icon.svg" alt="" width={28} height={28} />
      </Link>
      {PLACES.map(({ to, label, Icon, id }) => (
        <Link
          key={id}
          to={to}
          className={classes.place}
          data-here={isWithin(pathname, to)}
          data-testid={`nav-${id}`}
        >
          <Icon size={19} strokeWidth={1.8} aria-hidden />
          {label}
          {id === 'inbox' && waiting > 0 && (
            <span className={classes.count} data-testid="inbox-count">
              {waiting > 99 ? '99+' : waiting}
              <span className="sr-only"> waiting</span>
            </span>
          )}
        </Link>
      ))}
      <span className={classes.space} />
      <Tooltip label="Search or run a command · Ctrl K" position="right">
        <ActionIcon size={36} onClick={spotlight.open} aria-label="Search or run a command" data-testid="open-palette">
          <Search size={18} strokeWidth={1.8} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`Switch to the ${other} theme`} position="right">
        <ActionIcon
          size={36}
          onClick={() => choose(other)}
          aria-label={`Switch to the ${other} theme`}
          data-testid="theme-switch"
        >
          {scheme === 'dark' ? <Sun size={18} strokeWidth={1.8} /> : <Moon size={18} strokeWidth={1.8} />}
        </ActionIcon>
      </Tooltip>
    </nav>
  )
}
