//! The keys of everything cached from the backend, in one place so that a write knows what it makes stale.

export const keys = {
  health: ['health'] as const,
  kinds: ['kinds'] as const,
  agents: ['agents'] as const,
  settings: ['settings'] as const,
  storage: ['storage'] as const,
  workflows: ['workflows'] as const,
  workflowList: (deleted: boolean) => ['workflows', 'list', { deleted }] as const,
  workflow: (id: string) => ['workflows', 'one', id] as const,
  revision: (id: string) => ['workflows', 'revision', id] as const,
  versions: (id: string) => ['workflows', 'one', id, 'versions'] as const,
  version: (id: string, number: number) => ['workflows', 'one', id, 'versions', number] as const,
  edits: (id: string) => ['workflows', 'one', id, 'edits'] as const,
  edit: (id: string, revision: number) => ['workflows', 'one', id, 'edits', revision] as const,
  executions: ['executions'] as const,
  executionList: (filter: object) => ['executions', 'list', filter] as const,
  execution: (id: string) => ['executions', 'one', id] as const,
  executionWorkflow: (id: string) => ['executions', 'one', id, 'workflow'] as const,
  approvals: ['executions', 'approvals'] as const,
  executionSteps: (id: string, parent: string, after: string, limit: number) => ['executions', 'one', id, 'steps', parent, after, limit] as const,
  payload: (hash: string, offset: number, limit: number) => ['payloads', hash, offset, limit] as const,
}
