//! What the palette offers on every page: places, commands, workflows, executions.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  Bot,
  FolderInput,
  History,
  Inbox,
  Keyboard,
  Moon,
  Plus,
  Settings,
  Sparkles,
  Sun,
  SunMoon,
  Trash2,
  Workflow,
} from 'lucide-react'
import { useMemo } from 'react'

import { executionsQuery } from '@/api/executions'
import type { ExecutionSummary, WorkflowSummary } from '@/api/types'
import { workflowsQuery } from '@/api/workflows'
import { openExample } from '@/components/examples'
import { formatRelative, plainText } from '@/components/format'
import type { PaletteAction } from '@/components/palette/registry'
import { STATUS } from '@/components/status'
import { useTheme } from '@/components/useTheme'
import { importFromFiles, newWorkflow } from '@/components/workflow-actions'

import { showShortcuts } from './Shortcuts'

/** `opened`: the palette is open, so that workflows and executions are worth loading. */
export function useEverywhere(opened: boolean): PaletteAction[] {
  const { data: workflows } = useQuery({ ...workflowsQuery(), enabled: opened })
  const { data: executions } = useInfiniteQuery({ ...executionsQuery(), enabled: opened })
  const commands = useCommands()
  const go = useGo()
  return useMemo(
    () => [
      ...commands,
      ...(workflows ?? []).map((workflow) => workflowEntry(workflow, () => go.workflow(workflow.id))),
      ...(executions?.pages.flatMap((page) => page.executions) ?? []).map((run) =>
        executionEntry(run, () => go.execution(run.id)),
      ),
    ],
    [commands, workflows, executions, go],
  )
}

function useGo() {
  const navigate = useNavigate()
  return useMemo(
    () => ({
      to: (to: '/' | '/executions' | '/inbox' | '/agents' | '/settings') => void navigate({ to }),
      deleted: () => void navigate({ to: '/', search: { deleted: true } }),
      workflow: (id: string) => void navigate({ to: '/workflows/$id', params: { id } }),
      execution: (id: string) => void navigate({ to: '/executions/$id', params: { id } }),
    }),
    [navigate],
  )
}

function useCommands(): PaletteAction[] {
  const go = useGo()
  const { choose } = useTheme()
  const open = (action: () => Promise<string | undefined>) => () =>
    void action().then((id) => id && go.workflow(id))
  return [
    { id: 'new-workflow', group: 'Commands', label: 'New workflow', Icon: Plus, run: open(newWorkflow) },
    { id: 'import', group: 'Commands', label: 'Import workflows…', Icon: FolderInput, run: open(importFromFiles) },
    { id: 'open-example', group: 'Commands', label: 'Open the example', Icon: Sparkles, run: open(() => openExample()) },
    { id: 'theme-dark', group: 'Commands', label: 'Theme: dark', Icon: Moon, run: () => choose('dark') },
    { id: 'theme-light', group: 'Commands', label: 'Theme: light', Icon: Sun, run: () => choose('light') },
    { id: 'theme-system', group: 'Commands', label: 'Theme: like the system', Icon: SunMoon, run: () => choose('auto') },
    {
      id: 'shortcuts',
      group: 'Commands',
      label: 'Keyboard shortcuts',
      Icon: Keyboard,
      shortcut: '?',
      keywords: ['help', 'keys'],
      run: showShortcuts,
    },
    { id: 'go-workflows', group: 'Go to', label: 'Workflows', Icon: Workflow, keywords: ['home'], run: () => go.to('/') },
    { id: 'go-executions', group: 'Go to', label: 'Executions', Icon: History, keywords: ['runs'], run: () => go.to('/executions') },
    { id: 'go-inbox', group: 'Go to', label: 'Inbox', Icon: Inbox, keywords: ['approvals', 'waiting'], run: () => go.to('/inbox') },
    { id: 'go-agents', group: 'Go to', label: 'Agents', Icon: Bot, keywords: ['library'], run: () => go.to('/agents') },
    { id: 'go-settings', group: 'Go to', label: 'Settings', Icon: Settings, keywords: ['preferences'], run: () => go.to('/settings') },
    { id: 'go-deleted', group: 'Go to', label: 'Deleted workflows', Icon: Trash2, keywords: ['trash'], run: go.deleted },
  ]
}

function workflowEntry({ id, name, description }: WorkflowSummary, run: () => void): PaletteAction {
  return { id: `workflow-${id}`, group: 'Workflows', label: name, description: plainText(description), Icon: Workflow, keywords: [id], run }
}

function executionEntry({ id, workflow_name, status, created_at }: ExecutionSummary, run: () => void): PaletteAction {
  const description = `${STATUS[status].label} ${formatRelative(Date.parse(created_at), Date.now())} · ${id}`
  return { id: `execution-${id}`, group: 'Executions', label: workflow_name, description, Icon: STATUS[status].Icon, run }
}
